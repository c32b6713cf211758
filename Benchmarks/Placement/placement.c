/* SPDX-License-Identifier: Apache-2.0 */

#define _GNU_SOURCE
#include "CPlacement.h"

#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int cplacement_allowed(int *cpus, int capacity) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return -1;
    int count = 0;
    for (int cpu = 0; cpu < CPU_SETSIZE && count < capacity; cpu++) {
        if (CPU_ISSET(cpu, &set)) cpus[count++] = cpu;
    }
    return count;
}

int cplacement_current(void) { return sched_getcpu(); }

static int pin(pid_t thread, const int *cpus, int count) {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (int index = 0; index < count; index++) {
        if (cpus[index] < 0 || cpus[index] >= CPU_SETSIZE) {
            errno = EINVAL;
            return -1;
        }
        CPU_SET(cpus[index], &set);
    }
    return sched_setaffinity(thread, sizeof set, &set);
}

int cplacement_pin_thread(const int *cpus, int count) { return pin(0, cpus, count); }

/* Pins the threads that are listed now; returns how many, or -1. */
static int pin_listed(const char *folder, const int *cpus, int count) {
    DIR *threads = opendir(folder);
    if (threads == NULL) return -1;
    int pinned = 0;
    for (struct dirent *entry; pinned >= 0 && (entry = readdir(threads)) != NULL;) {
        pid_t thread = (pid_t)atoi(entry->d_name);
        if (thread <= 0) continue;
        /* One that has ended meanwhile needs no place. */
        if (pin(thread, cpus, count) == 0) pinned++;
        else if (errno != ESRCH) pinned = -1;
    }
    int error = errno;
    closedir(threads);
    errno = error;
    return pinned;
}

int cplacement_pin_process(pid_t process, const int *cpus, int count) {
    char folder[64];
    snprintf(folder, sizeof folder, "/proc/%d/task", (int)process);
    /* Until no more are found than the time before: a thread that was not pinned yet may have started
     * one that was not listed yet. */
    for (int before = -1;;) {
        int pinned = pin_listed(folder, cpus, count);
        if (pinned < 0) return -1;
        if (pinned == before) return 0;
        before = pinned;
    }
}

int cplacement_is_same_core(int cpu, int other) {
    char path[96];
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", cpu);
    FILE *file = fopen(path, "re");
    if (file == NULL) return -1;
    int is_same = 0;
    /* Numbers and ranges, as in 0,4-5. */
    for (int first; !is_same && fscanf(file, "%d", &first) == 1;) {
        int last = first;
        int next = fgetc(file);
        if (next == '-') {
            if (fscanf(file, "%d", &last) != 1) break;
            next = fgetc(file);
        }
        is_same = first <= other && other <= last;
        if (next != ',') break;
    }
    fclose(file);
    return is_same;
}
