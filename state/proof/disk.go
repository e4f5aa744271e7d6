package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// fullDisk fills a small disk to the last byte while answers with paid ids are
// on their way, and expects every id in the history or in the receipts.
func fullDisk(ctx context.Context, l *lab) (figure, error) {
	if os.Getuid() != 0 {
		return skipped("mounting a tmpfs needs root"), nil
	}
	var sum audit
	rounds := l.rounds(3, 20)
	const clips = 50
	for n := range rounds {
		a, why, err := l.fill(ctx, n, clips)
		if err != nil {
			return figure{}, err
		}
		if why != "" {
			return skipped(why), nil
		}
		sum.add(&a)
	}
	return figure{rounds: fmt.Sprintf("%d x %d clips", rounds, clips), seen: sum.String(), bad: sum.bad()}, ctx.Err()
}

// fill runs one round of fullDisk.
func (l *lab) fill(ctx context.Context, n, clips int) (a audit, why string, err error) {
	s, err := l.serve(ctx, 1000)
	if err != nil {
		return a, "", err
	}
	defer s.close()
	home := filepath.Join(l.dir, fmt.Sprintf("disk-%d", n))
	if err := os.MkdirAll(home, 0o700); err != nil {
		return a, "", fmt.Errorf("making a disk: %w", err)
	}
	if out, err := exec.CommandContext(ctx, "mount", "-t", "tmpfs", "-o", "size=90m", "tmpfs", home).CombinedOutput(); err != nil {
		return a, "mounting a tmpfs is not allowed: " + strings.TrimSpace(string(out)), nil
	}
	defer func() {
		out, umountErr := exec.CommandContext(context.WithoutCancel(ctx), "umount", "-l", home).CombinedOutput()
		if umountErr != nil {
			err = errors.Join(err, fmt.Errorf("unmounting: %w: %s", umountErr, out))
		}
	}()
	if err := furnish(home, s.base); err != nil {
		return a, "", err
	}
	filler := filepath.Join(home, "filler")
	var once sync.Once
	s.set(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if isSubmit(r) {
			// The others sent at the same time wait for it too.
			once.Do(func() {
				pause(r.Context(), 100*time.Millisecond)
				pour(filler)
			})
		}
		next.ServeHTTP(w, r)
	})
	prompt := fmt.Sprintf("disk %d", n)
	_, said, err := l.runs(ctx, home, l.anyArgs(n, prompt, clips)...)
	if err != nil {
		return a, "", err
	}
	if !acked(said) {
		return a, "", fmt.Errorf("nothing was sent: %s", tail(said))
	}
	if err := os.Remove(filler); err != nil {
		return a, "", fmt.Errorf("the disk was not filled: %w", err)
	}
	if err := l.goOn(ctx, home, "60s"); err != nil {
		return a, "", err
	}
	a, err = check(ctx, home, s, []promise{{prompt, clips}})
	return a, "", err
}

// pour writes a file until the disk is full.
func pour(path string) {
	f, err := os.OpenFile(filepath.Clean(path), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return // the round reports it, as it misses the file
	}
	for size := 1 << 20; size > 0; {
		if _, err := io.CopyN(f, zeros{}, int64(size)); err != nil {
			size /= 2
		}
	}
	_ = f.Close() // the disk is full, as intended
}

type zeros struct{}

// Read reads zeros without end.
func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// calls are the system calls made to fail, and their errors: a failing disk, a
// full one, a quota, too many files, refused locks.
var calls = [...]string{
	"fsync:error=EIO", "fdatasync:error=EIO", "pwrite64:error=ENOSPC", "pwrite64:error=EIO", "write:error=EIO", "ftruncate:error=EIO",
	"pwrite64:error=EDQUOT", "write:error=EDQUOT", "fcntl:error=EACCES", "openat:error=EMFILE", "mmap:error=ENOMEM", "flock:error=ENOLCK",
}

// failedCalls makes the n-th system call of a kind fail in a process that sends
// orders.
func failedCalls(ctx context.Context, l *lab) (figure, error) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		return skipped("strace is not installed"), nil
	}
	if out, err := exec.CommandContext(ctx, strace, "-f", "-o", os.DevNull, "-e", "inject=getppid:error=EPERM", "true").CombinedOutput(); err != nil {
		return skipped("strace may not trace here: " + strings.TrimSpace(string(out))), nil
	}
	// In parallel: a failing call may make a process wait for seconds.
	const lanes = 3
	rounds := l.rounds(30, 480)
	tried := make([]attempts, lanes)
	var wg sync.WaitGroup
	for lane := range tried {
		wg.Go(func() { tried[lane].run(ctx, l, strace, lane, lanes, rounds) })
	}
	wg.Wait()
	var sum attempts
	for i := range tried {
		if tried[i].err != nil {
			return figure{}, tried[i].err
		}
		sum.a.add(&tried[i].a)
		sum.ended, sum.stuck, sum.acked = sum.ended+tried[i].ended, sum.stuck+tried[i].stuck, sum.acked+tried[i].acked
	}
	return figure{
		rounds: fmt.Sprintf("%d runs, %d ended with an error, %d killed after 30 s, %d acked", rounds, sum.ended, sum.stuck, sum.acked),
		seen:   sum.a.String(), bad: sum.a.bad(),
	}, ctx.Err()
}

// attempts is the result of processes whose system calls fail, on a service and
// a data folder of their own.
type attempts struct {
	a audit
	// ended counts the processes that gave up with an error, stuck those that
	// had to be killed, acked the promised orders.
	ended, stuck, acked int
	err                 error
}

func (t *attempts) run(ctx context.Context, l *lab, strace string, lane, lanes, rounds int) {
	s, err := l.serve(ctx, 1000)
	if err != nil {
		t.err = err
		return
	}
	defer s.close()
	home, err := l.home(s.base)
	if err != nil {
		t.err = err
		return
	}
	var promised []promise
	for n := lane; n < rounds; n += lanes {
		prompt := fmt.Sprintf("call %d", n)
		limit, cancel := context.WithTimeout(ctx, 30*time.Second)
		wrap := []string{strace, "-f", "-qq", "-o", os.DevNull, "-e", fmt.Sprintf("inject=%s:when=%d", calls[n%len(calls)], 1+roll(60))}
		p, err := l.start(limit, home, wrap, l.anyArgs(n/lanes, prompt, 2)...)
		if err != nil {
			cancel()
			t.err = err
			return
		}
		<-p.dead
		cancel()
		switch {
		case p.killed():
			t.stuck++
		case p.cmd.ProcessState.ExitCode() != 0:
			t.ended++
		}
		if acked(p.said()) {
			promised = append(promised, promise{prompt, 2})
		}
	}
	t.acked = len(promised)
	if t.err = l.goOn(ctx, home, l.patience()); t.err != nil {
		return
	}
	t.a, t.err = check(ctx, home, s, promised)
}
