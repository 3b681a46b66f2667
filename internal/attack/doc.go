// Package attack has no code but tests, which set out to break the program as a whole: each
// builds a scene, a folder with all that a command reads, does something bad to it or to the
// command, and holds what came of it to what the command promises.
//
// The commands are one table (command_test.go). The attacks go over it:
//
//	faults   at the k-th file operation the program is killed, the disk full, or the
//	         operation fails: files are whole, those of one folder all old or all new,
//	         and the same command, run again, ends as if nothing had been
//	damage   a bit flipped in, or the end cut off, each file that is read: it is refused,
//	         repaired, or read for what it is
//	strange  pipes, devices, folders, links and vast files in the place of each file that
//	         is read: refused, or read where they can be
//	values   odd names, and numbers that are far away, for every flag
//	signals  at any moment: it ends within seconds, and the same command goes on
//
// Whatever is done, the program ends with one of its statuses in bounded time and memory, and
// what it says is short, clean, and no trace of its stack.
//
// A test tries some cases by a fixed rule; with -args -thorough it tries all that an hour
// allows. In the end, then and with -v, it says how many there were.
package attack
