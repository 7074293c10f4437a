/*
 * The baseline of the bench: how fast this machine starts and collects children with posix_spawn and nothing else.
 *
 *   spawn COUNT CONCURRENCY MODE [DIRECTORY]
 *
 * MODE: bare   no file actions
 *       files  two fresh append-only files in DIRECTORY as stdout and stderr, opened by the parent, as a supervisor would
 * Prints the children per second.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static int open_log(const char *directory, long number, const char *stream)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%ld.%s", directory, number, stream);
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0)
        fail(path);
    return fd;
}

static void start(long number, int files, const char *directory)
{
    char *argv[] = { "/bin/true", NULL };
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
    posix_spawn_file_actions_init(&actions);
    int out = -1, err = -1;
    if (files) {
        out = open_log(directory, number, "out");
        err = open_log(directory, number, "err");
        posix_spawn_file_actions_adddup2(&actions, out, 1);
        posix_spawn_file_actions_adddup2(&actions, err, 2);
    }
    pid_t pid;
    int error = posix_spawn(&pid, argv[0], &actions, &attributes, argv, environ);
    if (error) {
        errno = error;
        fail("posix_spawn");
    }
    if (files) {
        close(out);
        close(err);
    }
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: spawn COUNT CONCURRENCY bare|files [DIRECTORY]\n");
        return 2;
    }
    long count = atol(argv[1]), width = atol(argv[2]), started = 0, ended = 0;
    int files = strcmp(argv[3], "files") == 0;
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    while (ended < count) {
        while (started < count && started - ended < width)
            start(started++, files, files ? argv[4] : NULL);
        int status;
        if (wait(&status) < 0)
            fail("wait");
        ended++;
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    double seconds = (to.tv_sec - from.tv_sec) + (to.tv_nsec - from.tv_nsec) / 1e9;
    printf("%.1f\n", count / seconds);
    return 0;
}
