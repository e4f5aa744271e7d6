package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"seedreel/state/download"
	"seedreel/state/job"
)

// precious is the content of a foreign file.
const precious = "a file of somebody else's"

// plant is a foreign file in the clips folder.
type plant struct {
	target, at string
	how        func(target, at string) error
}

// plantsFor puts links, hard links and files where the program's own files
// would be: one kind and one place for each job.
func plantsFor(home, away string, jobs []*job.Job) ([]plant, error) {
	if err := os.MkdirAll(clipsOf(home), 0o700); err != nil {
		return nil, fmt.Errorf("planting: %w", err)
	}
	kinds := []func(target, at string) error{
		os.Symlink, os.Link,
		func(target, at string) error { return os.Symlink(target+"-none", at) },
		func(_, at string) error { return os.WriteFile(at, []byte(precious), 0o600) },
	}
	var all []plant
	for i, j := range jobs {
		name := download.FileName(j.CreatedAt.In(time.Local), j.Prompt, j.ID)
		places := []string{"." + j.ID + ".json.tmp", "." + j.ID + ".part", "." + j.ID + ".part.json", name + ".json", name + ".mp4"}
		p := plant{filepath.Join(away, j.ID), filepath.Join(clipsOf(home), places[i%len(places)]), kinds[i/len(places)%len(kinds)]}
		if err := errors.Join(os.WriteFile(p.target, []byte(precious), 0o600), p.how(p.target, p.at)); err != nil {
			return nil, fmt.Errorf("planting: %w", err)
		}
		all = append(all, p)
	}
	return all, nil
}

// changed counts the foreign files whose bytes changed, and the files made
// where a link leads.
func (p *plant) changed() int {
	n := 0
	for _, path := range []string{p.target, p.at} {
		b, err := os.ReadFile(filepath.Clean(path))
		if errors.Is(err, os.ErrNotExist) && path == p.at {
			if to, err := os.Readlink(p.at); err == nil && strings.HasSuffix(to, "-none") {
				continue // it led nowhere, and still does
			}
		}
		if err != nil || string(b) != precious {
			n += max(len(precious), 1)
		}
	}
	return n
}

// planted fetches clips into a folder full of traps.
func planted(ctx context.Context, l *lab) (figure, error) {
	s, home, err := l.shop(ctx, 1000)
	if err != nil {
		return figure{}, err
	}
	defer s.close()
	away, err := os.MkdirTemp(l.dir, "away-")
	if err != nil {
		return figure{}, fmt.Errorf("making a folder: %w", err)
	}
	jobs, err := l.accepted(ctx, s, home, l.rounds(40, 400))
	if err != nil {
		return figure{}, err
	}
	plants, err := plantsFor(home, away, jobs)
	if err != nil {
		return figure{}, err
	}
	if err := l.goOn(ctx, home, "5m"); err != nil {
		return figure{}, err
	}
	a, err := check(ctx, home, s, nil)
	if err != nil {
		return figure{}, err
	}
	foreign := 0
	for i := range plants {
		foreign += plants[i].changed()
	}
	missing := len(jobs) - a.saved
	return figure{
		rounds: fmt.Sprintf("%d clips, %d plants", len(jobs), len(plants)),
		seen:   fmt.Sprintf("%d saved, %d foreign bytes changed, %d missing", a.saved, foreign, missing),
		bad:    foreign + missing + a.corrupt,
	}, nil
}

// harms returns what a broken host does to a clip whose length it then
// announces.
func harms() []func(b []byte) []byte {
	data := func(b []byte) int { return bytes.Index(b, []byte("mdat")) + 4 }
	return []func(b []byte) []byte{
		func(b []byte) []byte { return b[:len(b)/2] },
		func(b []byte) []byte { return b[:len(b)-1] },
		func(b []byte) []byte { clear(b[data(b):]); return b },
		func(b []byte) []byte { clear(b[len(b)*3/4:]); return b },
		func(b []byte) []byte { at := data(b) + (len(b)-data(b))/2; clear(b[at : at+4096]); return b },
		func(b []byte) []byte { return b[:32] },
		func([]byte) []byte { return nil },
		func([]byte) []byte { return []byte("\x89PNG\r\n\x1a\nand the rest") },
	}
}

// damaged serves damaged clips with matching lengths, then complete ones.
func damaged(ctx context.Context, l *lab) (figure, error) {
	s, home, jobs, err := l.stocked(ctx, 1000, l.rounds(24, 240))
	if err != nil {
		return figure{}, err
	}
	defer s.close()
	var mu sync.Mutex
	whole, served := map[string]bool{}, map[string]int{}
	sent := 0
	s.set(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if !isFetch(r) {
			next.ServeHTTP(w, r)
			return
		}
		all := r.Clone(r.Context())
		all.Header.Del("Range")
		rec := httptest.NewRecorder()
		next.ServeHTTP(rec, all)
		b := rec.Body.Bytes()
		sum := sha256.Sum256(b)
		mu.Lock()
		whole[hex.EncodeToString(sum[:])] = true
		n := served[r.URL.Path]
		served[r.URL.Path]++
		if n < 3 { // each harm in turn, then a good clip
			list := harms()
			b = list[(len(served)+n)%len(list)](bytes.Clone(b))
			sent++
		}
		mu.Unlock()
		w.Header().Set("Content-Type", "video/mp4")
		w.Header().Set("Content-Length", strconv.Itoa(len(b)))
		_, _ = w.Write(b) // an error means that the reader has gone
	})
	if err := l.goOn(ctx, home, "5m"); err != nil {
		return figure{}, err
	}
	a, err := check(ctx, home, s, nil)
	if err != nil {
		return figure{}, err
	}
	wrong, err := notSent(clipsOf(home), whole)
	if err != nil {
		return figure{}, err
	}
	missing := len(jobs) - a.saved
	return figure{
		rounds: fmt.Sprintf("%d clips, %d damaged answers", len(jobs), sent),
		seen:   fmt.Sprintf("%d saved, %d damaged called saved, %d missing", a.saved, wrong, missing),
		bad:    wrong + missing + a.corrupt,
	}, nil
}

// notSent counts the clips of a folder that differ from the service's.
func notSent(dir string, whole map[string]bool) (int, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0, fmt.Errorf("looking at the clips: %w", err)
	}
	n := 0
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".mp4" {
			continue
		}
		if sum, _ := digest(filepath.Join(dir, e.Name())); !whole[sum] {
			n++
		}
	}
	return n, nil
}
