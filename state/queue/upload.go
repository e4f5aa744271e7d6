package queue

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"seedreel/client"
	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/state/store"
)

// localFiles returns the local files among the media, each once, in the order
// of the roles. The value's type decides what is media: Model.Typed has
// converted it to what the field takes.
func localFiles(v catalogue.Values) []string {
	var paths []string
	for _, role := range slices.Sorted(maps.Keys(v)) {
		for _, item := range v.Media(role) {
			if catalogue.Local(item) && !slices.Contains(paths, item) {
				paths = append(paths, item)
			}
		}
	}
	return paths
}

// noPaths is the last check before a request leaves: a path in it would be
// taken as text, and the clip billed. It returns a *fileError for media that
// was not handed over and for text that names a local file.
func noPaths(v catalogue.Values) error {
	if left := localFiles(v); len(left) > 0 {
		return &fileError{fmt.Errorf("%s was not handed over", left[0])}
	}
	for _, role := range slices.Sorted(maps.Keys(v)) {
		if text := v.Text(role); namesFile(text, role == catalogue.RolePrompt) {
			return &fileError{fmt.Errorf("%s: %s names a local file, and the field takes text", role.Label(), text)}
		}
	}
	return nil
}

// namesFile reports whether a text as a whole is the path of a file. A missing
// file counts if the text looks like nothing else; a prompt may.
func namesFile(text string, prompt bool) bool {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > 4096 || strings.ContainsAny(text, "\n\x00") {
		return false
	}
	if strings.HasPrefix(strings.ToLower(text), "file:") {
		return true
	}
	rooted := filepath.IsAbs(text) || strings.HasPrefix(text, "./") || strings.HasPrefix(text, "../") || strings.HasPrefix(text, "~/")
	if !rooted && filepath.Ext(text) == "" && !strings.ContainsRune(text, filepath.Separator) {
		return false
	}
	if rooted && !prompt {
		return true
	}
	st, err := os.Stat(text)
	return err == nil && st.Mode().IsRegular()
}

// fileError is an error about a local file that cannot be sent.
type fileError struct{ err error }

// Error returns the cause's text.
func (e *fileError) Error() string { return e.err.Error() }

// Unwrap returns the cause.
func (e *fileError) Unwrap() error { return e.err }

// handOver makes all local files reachable and returns their replacements in
// the request.
func (s *step) handOver(ctx context.Context, j *job.Job, p client.Provider, account string, paths []string) (map[string]string, error) {
	handed := map[string]string{}
	for _, path := range paths {
		link, err := s.handOne(ctx, j, p, account, path)
		if err != nil {
			return nil, err
		}
		handed[path] = link
	}
	return handed, nil
}

func (s *step) handOne(ctx context.Context, j *job.Job, p client.Provider, account, path string) (string, error) {
	f, err := s.q.o.Media(path)
	if err != nil {
		return "", &fileError{err}
	}
	var content store.Digest
	// The simulator's links end with its process, and where links are not used
	// again there is nothing to look for.
	keeps := !j.Practice && linkLife(j.Provider) > 0
	if keeps {
		if content, err = digest(f); err != nil {
			return "", &fileError{fmt.Errorf("reading %s: %w", path, err)}
		}
		link, err := s.known(ctx, j.Provider, account, content)
		if err != nil || link != "" && usable(p, link) {
			return link, err
		}
	}
	link, err := p.HandOver(ctx, f, func(sent, total int64) {
		s.progress(Progress{JobID: j.ID, Phase: PhaseUpload, Done: sent, Total: total})
	})
	if err != nil {
		return "", err
	}
	if !keeps || strings.HasPrefix(link, "data:") {
		return link, nil
	}
	// A link that cannot be stored only costs an upload next time.
	if err := s.q.o.Store.KeepLink(ctx, j.Provider, account, content, link); err != nil {
		s.trouble = err
	}
	return link, nil
}

// usable reports whether a kept link may be sent: earlier versions kept any.
func usable(p client.Provider, link string) bool {
	c, ok := p.(client.LinkChecker)
	return !ok || c.CheckLink(link) == nil
}

// linkLife returns how long the link of an upload is reused, 0 for never.
func linkLife(provider string) time.Duration {
	d, _ := all.Find(provider)
	return d.LinkLife
}

// known returns the stored link of a file, "" if there is none or it is too
// old.
func (s *step) known(ctx context.Context, provider, account string, content store.Digest) (string, error) {
	return s.q.o.Store.Link(ctx, provider, account, content, s.q.o.Now().Add(-linkLife(provider)))
}

// digest identifies a file by its content: a copy of it needs no second
// upload, and a changed one is not mistaken for the original.
func digest(f client.File) (d store.Digest, err error) {
	r, err := f.Open()
	if err != nil {
		return d, err
	}
	h := sha256.New()
	_, err = io.Copy(h, r)
	h.Sum(d[:0])
	return d, errors.Join(err, r.Close())
}

// fill replaces the paths by what was handed over.
func fill(v catalogue.Values, handed map[string]string) catalogue.Values {
	return v.MapMedia(func(item string) string {
		if link, ok := handed[item]; ok {
			return link
		}
		return item
	})
}

// keepable leaves out data URIs, which are as long as the files.
func keepable(handed map[string]string) map[string]string {
	out := map[string]string{}
	for path, link := range handed {
		if !strings.HasPrefix(link, "data:") {
			out[path] = link
		}
	}
	return out
}
