/* SPDX-License-Identifier: MIT */
/*
 * notify.h: the few lines of a service manager's protocol that are needed
 *
 * What sd_notify(3), sd_pid_notify_with_fds(3) and sd_listen_fds_with_names(3)
 * describe, without their library.
 */
#ifndef SERVICE_NOTIFY_H
#define SERVICE_NOTIFY_H

/**
 * notify_send() - tell the service manager something
 * @message: lines NAME=VALUE
 * @fd: a descriptor that goes with it, or -1
 *
 * Return: 0, also if there is no service manager, or -errno
 */
int notify_send(const char *message, int fd);

/**
 * notify_stored() - take back a descriptor that the service manager has kept
 * @name: its FDNAME
 *
 * Return: the descriptor, or -1 if there is none of this name
 */
int notify_stored(const char *name);

#endif /* SERVICE_NOTIFY_H */
