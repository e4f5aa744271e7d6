package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// ruined takes the database from under jobs that are paid and open, and expects
// that every one goes on and that the day's limit still counts them.
func ruined(ctx context.Context, l *lab) (figure, error) {
	const clips = 3
	forgotten, past, made := 0, 0, 0
	rounds := 0
	for _, ruin := range []func(path string, b []byte) error{
		func(path string, b []byte) error { return os.WriteFile(path, b[:len(b)/2], 0o600) },
		func(path string, _ []byte) error { return os.WriteFile(path, nil, 0o600) },
		func(path string, _ []byte) error { return os.Remove(path) },
	} {
		for _, who := range sellers() {
			rounds++
			c, err := l.counter(ctx, clips*l.price(who))
			if err != nil {
				return figure{}, err
			}
			err = c.ruin(ctx, who, clips, ruin)
			forgotten += clips - c.saved(ctx)
			made += len(c.s.Tasks())
			past += len(c.s.Tasks()) - clips
			c.s.close()
			if err != nil {
				return figure{}, err
			}
		}
	}
	return figure{
		rounds: fmt.Sprintf("%d databases", rounds), seen: fmt.Sprintf("%d forgotten, %d past the limit (%d made)", forgotten, past, made),
		bad: abs(forgotten) + abs(past),
	}, ctx.Err()
}

// ruin orders up to the limit, ruins the database, orders once more, and lets
// the jobs go on.
func (c *counter) ruin(ctx context.Context, who seller, clips int, ruin func(path string, b []byte) error) error {
	if err := c.want(ctx, 0, c.l.submitArgs(who, "ruined", clips)...); err != nil {
		return err
	}
	path := filepath.Join(c.home, "data", "seedreel.db")
	b, err := os.ReadFile(filepath.Clean(path))
	if err == nil {
		err = ruin(path, b)
	}
	if err != nil {
		return fmt.Errorf("ruining the database: %w", err)
	}
	if err := c.want(ctx, 5, c.l.submitArgs(who, "one more", 1)...); err != nil {
		return err
	}
	return c.l.goOn(ctx, c.home, "60s")
}

// saved counts the clips that are on disk.
func (c *counter) saved(ctx context.Context) int {
	a, err := check(ctx, c.home, nil, nil)
	if err != nil {
		return 0
	}
	return a.saved
}

// fullStart starts commands on a disk that is full to the last byte, with the
// ballast and without.
func fullStart(ctx context.Context, l *lab) (figure, error) {
	if os.Getuid() != 0 {
		return skipped("mounting a tmpfs needs root"), nil
	}
	s, err := l.serve(ctx, 1000)
	if err != nil {
		return figure{}, err
	}
	defer s.close()
	home := filepath.Join(l.dir, "full-start")
	if err := os.MkdirAll(home, 0o700); err != nil {
		return figure{}, fmt.Errorf("making a disk: %w", err)
	}
	if out, err := exec.CommandContext(ctx, "mount", "-t", "tmpfs", "-o", "size=90m", "tmpfs", home).CombinedOutput(); err != nil {
		return skipped("mounting a tmpfs is not allowed: " + strings.TrimSpace(string(out))), nil
	}
	defer func() { _ = exec.CommandContext(context.WithoutCancel(ctx), "umount", "-l", home).Run() }() // in a temporary folder
	if err := furnish(home, s.base); err != nil {
		return figure{}, err
	}
	for n, who := range sellers() {
		if _, said, err := l.runs(ctx, home, l.submitArgs(who, fmt.Sprintf("full %d", n), 1)...); err != nil || !acked(said) {
			return figure{}, fmt.Errorf("nothing was sent: %w: %s", err, tail(said))
		}
	}
	starts, shut, mute := 0, 0, 0
	for _, ballast := range []bool{true, false} {
		if !ballast {
			_ = os.Remove(filepath.Join(home, "data", "ballast")) // given back by now
		}
		pour(filepath.Join(home, "filler"))
		for _, args := range [][]string{{"jobs"}, {"history"}, {"costs"}, {"show", "nosuchjob234"}} {
			starts++
			code, said, err := l.runs(ctx, home, args...)
			if err != nil {
				return figure{}, err
			}
			if want := map[bool]int{true: 11}[args[0] == "show"]; code != want || args[0] != "costs" && args[0] != "show" && !strings.Contains(said, "full") {
				shut++
			}
			if !strings.Contains(said, "The disk is full") {
				mute++
			}
		}
	}
	return figure{rounds: fmt.Sprintf("%d starts", starts), seen: fmt.Sprintf("%d refused, %d without a word", shut, mute), bad: shut + mute}, ctx.Err()
}
