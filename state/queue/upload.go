package queue

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"seedreel/client"
	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/state/store"
)

// localFile tells a path from a link or a data URI.
func localFile(item string) bool {
	low := strings.ToLower(item)
	return !strings.HasPrefix(low, "https://") && !strings.HasPrefix(low, "http://") && !strings.HasPrefix(low, "data:")
}

// localFiles lists the paths among a job's media, each once.
func localFiles(v catalogue.Values) []string {
	var paths []string
	seen := map[string]bool{}
	for _, value := range []catalogue.Role{
		catalogue.RoleFirstFrame, catalogue.RoleLastFrame, catalogue.RoleReferenceImages, catalogue.RoleReferenceVideo, catalogue.RoleReferenceVideos,
		catalogue.RoleReferenceAudio, catalogue.RoleReferenceAudios, catalogue.RoleSourceVideo, catalogue.RoleContextImage,
	} {
		for _, item := range v.Media(value) {
			if localFile(item) && !seen[item] {
				seen[item] = true
				paths = append(paths, item)
			}
		}
	}
	return paths
}

// fileError is a local file that cannot go along.
type fileError struct{ err error }

// Error is the cause's.
func (e *fileError) Error() string { return e.err.Error() }

// Unwrap returns the cause.
func (e *fileError) Unwrap() error { return e.err }

// handOver makes all local files reachable and returns what stands for them in
// the request.
func (s *step) handOver(ctx context.Context, j *job.Job, p client.Provider, paths []string) (map[string]string, error) {
	handed := map[string]string{}
	for _, path := range paths {
		link, err := s.handOne(ctx, j, p, path)
		if err != nil {
			return nil, err
		}
		handed[path] = link
	}
	return handed, nil
}

func (s *step) handOne(ctx context.Context, j *job.Job, p client.Provider, path string) (string, error) {
	f, err := s.q.o.Media(path)
	if err != nil {
		return "", &fileError{err}
	}
	var content store.Digest
	// The simulator's links end with its process.
	if !j.Practice {
		if content, err = digest(f); err != nil {
			return "", &fileError{fmt.Errorf("reading %s: %w", path, err)}
		}
		link, err := s.known(ctx, j.Provider, content)
		if err != nil || link != "" {
			return link, err
		}
	}
	link, err := p.HandOver(ctx, f, func(sent, total int64) {
		s.progress(Progress{JobID: j.ID, Phase: PhaseUpload, Done: sent, Total: total})
	})
	if err != nil {
		return "", err
	}
	if j.Practice || linkLife(j.Provider) == 0 || strings.HasPrefix(link, "data:") {
		return link, nil
	}
	// A link that cannot be kept costs an upload next time, nothing else.
	if err := s.q.o.Store.KeepLink(ctx, j.Provider, content, link); err != nil {
		s.trouble = err
	}
	return link, nil
}

// linkLife is how long the link of an upload is used again, 0 for not at all.
func linkLife(provider string) time.Duration {
	d, _ := all.Find(provider)
	return d.LinkLife
}

// known returns the link that a file was given before, "" if there is none or
// it is too old.
func (s *step) known(ctx context.Context, provider string, content store.Digest) (string, error) {
	life := linkLife(provider)
	if life == 0 {
		return "", nil
	}
	return s.q.o.Store.Link(ctx, provider, content, s.q.o.Now().Add(-life))
}

// digest names a file by its content: a copy of it needs no second upload, and
// one that changed cannot be taken for what it was.
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

// fill puts what was handed over in the place of the paths.
func fill(v catalogue.Values, handed map[string]string) catalogue.Values {
	out := v.Clone()
	for role, value := range v {
		items := v.Media(role)
		if len(items) == 0 {
			continue
		}
		links := make([]string, len(items))
		for i, item := range items {
			links[i] = item
			if link, ok := handed[item]; ok {
				links[i] = link
			}
		}
		if m := catalogue.Media(links...); !m.Equal(value) {
			out[role] = m
		}
	}
	return out
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
