// memfd NAME PROGRAM ARGUMENT...: runs a program from a memfd of that name, so that no path leads to it.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int count, char **words) {
    if (count < 3) return 2;
    int program = open(words[2], O_RDONLY | O_CLOEXEC);
    int memory = memfd_create(words[1], MFD_CLOEXEC);
    struct stat file;
    if (program < 0 || memory < 0 || fstat(program, &file) != 0) {
        perror(words[2]);
        return 1;
    }
    for (off_t done = 0; done < file.st_size;) {
        if (sendfile(memory, program, &done, file.st_size - done) <= 0) {
            perror("sendfile");
            return 1;
        }
    }
    fexecve(memory, words + 2, environ);
    perror("fexecve");
    return 1;
}
