/*
 * A child that is hard on log capture: 80-byte lines, one write(2) each, as fast as it can.
 *
 *   lines BYTES
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: lines BYTES\n");
        return 2;
    }
    char line[80];
    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\n';
    for (long left = atol(argv[1]); left > 0; left -= sizeof line) {
        if (write(1, line, sizeof line) != sizeof line) {
            perror("write");
            return 1;
        }
    }
    return 0;
}
