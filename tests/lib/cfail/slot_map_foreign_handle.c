// SPDX-License-Identifier: MIT
// expect: incompatible type for argument
#include <budgetmem/budgetmem.h>

BM_SLOT_MAP(sessions, int, 4)
BM_SLOT_MAP(files, int, 4)

#ifdef TWIN
typedef struct sessions_handle handle;
#else
typedef struct files_handle handle;
#endif

int end(struct sessions *m, handle session);
int end(struct sessions *m, handle session)
{
	return sessions_remove(m, session, NULL);
}
