"""The system calls that Python, NumPy and TensorFlow need in a sandbox, with their numbers.

Each is a name, its number on x86-64 (asm/unistd_64.h), and on ARM64 (asm-generic/unistd.h); “-” where it doesn't exist.
Not here, and so refused: leases, vmsplice, ptrace, personality, modify_ldt, inotify, keyrings, io_uring, userfaultfd,
namespaces, in-memory files, System V's shared memory, sending files over sockets, and whatever Linux will add.
A process can't start a session (setsid) either: Linux may share the processor by session.
"""

FILES = """
read 0 63, write 1 64, pread64 17 67, pwrite64 18 68, readv 19 65, writev 20 66, preadv 295 69, pwritev 296 70,
preadv2 327 286, pwritev2 328 287, open 2 -, openat 257 56, creat 85 -, close 3 57, close_range 436 436,
lseek 8 62, stat 4 -, fstat 5 80, lstat 6 -, newfstatat 262 79, statx 332 291, access 21 -, faccessat 269 48,
faccessat2 439 439, getdents 78 -, getdents64 217 61, getcwd 79 17, chdir 80 49, fchdir 81 50, mkdir 83 -,
mkdirat 258 34, rmdir 84 -, unlink 87 -, unlinkat 263 35, rename 82 -, renameat 264 38, renameat2 316 276,
link 86 -, linkat 265 37, symlink 88 -, symlinkat 266 36, readlink 89 -, readlinkat 267 78, truncate 76 45,
ftruncate 77 46, fallocate 285 47, fsync 74 82, fdatasync 75 83, chmod 90 -, fchmod 91 52, fchmodat 268 53,
utimensat 280 88, umask 95 166, statfs 137 43, fstatfs 138 44, fadvise64 221 223, dup 32 23, dup2 33 -,
dup3 292 24, pipe 22 -, pipe2 293 59
"""
MEMORY = """
mprotect 10 226, munmap 11 215, mremap 25 216, brk 12 214, madvise 28 233, mincore 27 232, msync 26 227,
membarrier 324 283
"""
PROCESSES = """
fork 57 -, vfork 58 -, execve 59 221, exit 60 93, exit_group 231 94, wait4 61 260, waitid 247 95, kill 62 129,
tkill 200 130, tgkill 234 131, getpid 39 172, getppid 110 173, gettid 186 178, getpgid 121 155, getpgrp 111 -,
getsid 124 156, getuid 102 174, geteuid 107 175, getgid 104 176, getegid 108 177, getresuid 118 148,
getresgid 120 150, getgroups 115 158, capget 125 90, getrlimit 97 163, setrlimit 160 164, prlimit64 302 261,
getrusage 98 165, times 100 153, sysinfo 99 179, uname 63 160, getpriority 140 141, setpriority 141 140,
sched_yield 24 124, sched_getaffinity 204 123, sched_setaffinity 203 122, sched_getparam 143 121,
sched_getscheduler 145 120, sched_get_priority_max 146 125, sched_get_priority_min 147 126, getcpu 309 168,
arch_prctl 158 -, set_tid_address 218 96, set_robust_list 273 99, get_robust_list 274 100, rseq 334 293,
futex 202 98, futex_waitv 449 449, restart_syscall 219 128, getrandom 318 278
"""
SIGNALS_AND_TIME = """
rt_sigaction 13 134, rt_sigprocmask 14 135, rt_sigreturn 15 139, rt_sigpending 127 136, rt_sigtimedwait 128 137,
rt_sigsuspend 130 133, sigaltstack 131 132, pause 34 -, alarm 37 -, getitimer 36 102, setitimer 38 103,
time 201 -, gettimeofday 96 169, clock_gettime 228 113, clock_getres 229 114, clock_nanosleep 230 115,
nanosleep 35 101, poll 7 -, ppoll 271 73, select 23 -, pselect6 270 72, epoll_create 213 -, epoll_create1 291 20,
epoll_ctl 233 21, epoll_wait 232 -, epoll_pwait 281 22, epoll_pwait2 441 441, eventfd2 290 19
"""
SOCKETS = """
connect 42 203, bind 49 200, listen 50 201, accept 43 202, accept4 288 242, getsockname 51 204,
getpeername 52 205, getsockopt 55 209, sendto 44 206, recvfrom 45 207, shutdown 48 210
"""
# Allowed with some arguments only; see seccomp.py.
BY_ARGUMENT = "clone 56 220, fcntl 72 25, ioctl 16 29, mmap 9 222, prctl 157 167, socket 41 198, socketpair 53 199"

MACHINES = "x86_64", "aarch64"


def numbers(machine, listed=FILES + "," + MEMORY + "," + PROCESSES + "," + SIGNALS_AND_TIME + "," + SOCKETS):
    """Return {name: number} of the calls in a list, for "x86_64" or "aarch64"."""
    column = 1 + MACHINES.index(machine)
    calls = (entry.split() for entry in listed.split(","))
    return {call[0]: int(call[column]) for call in calls if call[column] != "-"}
