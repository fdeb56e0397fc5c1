// A disk that takes its time: where it is preloaded, a sync waits before it is done. SLOW_DISK_MS is the longest wait, and
// SLOW_DISK_ONE_IN lets all but one in so many pass; both are drawn from a fixed seed.
//
//   cc -shared -fPIC -o slow_disk.so slow_disk.c -ldl && LD_PRELOAD=./slow_disk.so SLOW_DISK_MS=2000 marchland serve …
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static void dawdle(void) {
  static unsigned seed = 20101129;
  const char *longest = getenv("SLOW_DISK_MS"), *often = getenv("SLOW_DISK_ONE_IN");
  long ms = longest ? atol(longest) : 0;
  if (ms <= 0 || (often && atol(often) > 1 && rand_r(&seed) % atol(often))) return;
  ms = rand_r(&seed) % (ms + 1);
  struct timespec wait = {ms / 1000, ms % 1000 * 1000000L};
  nanosleep(&wait, NULL);
}

int fsync(int file) {
  dawdle();
  return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(file);
}

int fdatasync(int file) {
  dawdle();
  return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(file);
}
