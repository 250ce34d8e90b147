/* SPDX-License-Identifier: MIT */
/*
 * why.h - one demonstration for each thing that people use today
 *
 * Each runs in the project's guest, as root, changes settings of the whole system
 * and prints what it measured; each ends with the same attempt on a pool of the
 * budget "measure".
 */
#ifndef WHY_H
#define WHY_H

/* Each returns 0 when it could be shown, or -errno of what could not be done. */
int why_mlockall(void);
int why_memfd(void);
int why_cgroup(void);
int why_hugetlbfs(void);
int why_static(void);
int why_dmabuf(void);

#endif /* WHY_H */
