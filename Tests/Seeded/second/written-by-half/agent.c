/* Notes an address in a file. Defect: whether it could be written nobody asks. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
  const char *path = "/var/lib/tenant/red", *text = "10.9.0.2\n";
  if (system("ip address replace 10.9.0.2/32 dev lo")) return 1;
  int file = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0644);
  ssize_t written = write(file, text, strlen(text));
  if (!strcmp(argv[1], "good") && (written != (ssize_t)strlen(text) || close(file))) {
    perror(path), unlink(path);
    return system("ip address del 10.9.0.2/32 dev lo"), 1;
  }
  return 0;
}
