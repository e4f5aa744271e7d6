// Command archives builds a release: an archive for each target with the
// program, its manual page, completions and the guide, a list of what is in
// each binary, and checksums of all. The bytes depend only on the commit and
// the version of Go.
package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

func main() {
	out := flag.String("out", "dist", "folder to write into; it must not be there yet")
	targets := flag.String("targets", "linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64", "systems to build for")
	flag.Parse()
	if err := release(*out, strings.Fields(*targets)); err != nil {
		fmt.Fprintln(os.Stderr, "archives:", err)
		os.Exit(1)
	}
}

// build is one release under construction.
type build struct {
	out, scratch string
	version      string
	// at is the time of the commit, which everything in an archive has.
	at time.Time
	// shared are the files that all archives have.
	shared []file
}

// file is one file of an archive.
type file struct {
	name string
	data []byte
	mode fs.FileMode
}

func release(out string, targets []string) (err error) {
	changed, err := output("git", "status", "--porcelain")
	if err != nil {
		return err
	}
	if changed != "" {
		return errors.New("the checkout has changes that no commit has; a release is built from a commit")
	}
	b := &build{out: out}
	if err := b.stamp(); err != nil {
		return err
	}
	if err := os.Mkdir(out, 0o755); err != nil {
		return err
	}
	if b.scratch, err = os.MkdirTemp("", "release-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.scratch)) }()
	if err := b.pages(); err != nil {
		return err
	}
	for _, t := range targets {
		system, arch, ok := strings.Cut(t, "/")
		if !ok {
			return fmt.Errorf("%q is no target; linux/amd64 is one", t)
		}
		fmt.Println(t)
		if err := b.target(system, arch); err != nil {
			return fmt.Errorf("%s: %w", t, err)
		}
	}
	return b.checksums()
}

// stamp reads version and time of the commit.
func (b *build) stamp() error {
	version, err := output("git", "describe", "--tags", "--always", "--abbrev=12")
	if err != nil {
		return err
	}
	seconds, err := output("git", "log", "-1", "--format=%ct")
	if err != nil {
		return err
	}
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return fmt.Errorf("reading the time of the commit: %w", err)
	}
	b.version, b.at = version, time.Unix(n, 0).UTC()
	return nil
}

func output(name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Stderr = os.Stderr
	b, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(b)), nil
}

// compile builds the program for a target.
func compile(to, system, arch string) error {
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=true", "-mod=readonly", "-ldflags=-s -w -buildid=", "-o", to, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+arch, "GOFLAGS=", "GOAMD64=v1", "GOARM64=v8.0", "GOEXPERIMENT=", "GOTOOLCHAIN=local")
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	return cmd.Run()
}

// pages has the program of this machine write its manual page and completions,
// and reads the guide.
func (b *build) pages() error {
	here := filepath.Join(b.scratch, "here")
	if runtime.GOOS == "windows" {
		here += ".exe"
	}
	if err := compile(here, runtime.GOOS, runtime.GOARCH); err != nil {
		return err
	}
	for name, args := range map[string][]string{
		"man/man1/seedreel.1":       {"man"},
		"completions/seedreel.bash": {"completion", "bash"},
		"completions/_seedreel":     {"completion", "zsh"},
		"completions/seedreel.fish": {"completion", "fish"},
		"completions/seedreel.ps1":  {"completion", "powershell"},
		"skills/seedreel/SKILL.md":  {"skill"},
	} {
		cmd := exec.Command(here, args...)
		cmd.Env = []string{"SEEDREEL_HOME=" + filepath.Join(b.scratch, "home"), "TZ=UTC", "SOURCE_DATE_EPOCH=" + strconv.FormatInt(b.at.Unix(), 10)}
		data, err := cmd.Output()
		if err != nil {
			return fmt.Errorf("writing %s: %w", name, err)
		}
		b.shared = append(b.shared, file{name, data, 0o644})
	}
	guide, err := filepath.Glob("assets/guide/*.md")
	if err != nil {
		return err
	}
	for _, name := range append(guide, "README.md") {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		b.shared = append(b.shared, file{strings.TrimPrefix(filepath.ToSlash(name), "assets/"), data, 0o644})
	}
	return nil
}

// target writes the archive of a system and the list of what is in its binary.
func (b *build) target(system, arch string) error {
	name, binary := "seedreel_"+b.version+"_"+system+"_"+arch, "seedreel"
	if system == "windows" {
		binary += ".exe"
	}
	built := filepath.Join(b.scratch, name)
	if err := compile(built, system, arch); err != nil {
		return err
	}
	data, err := os.ReadFile(built)
	if err != nil {
		return err
	}
	parts, err := b.bill(built, data)
	if err != nil {
		return err
	}
	files := append(slices.Clone(b.shared), file{binary, data, 0o755}, file{"sbom.cdx.json", parts, 0o644})
	for i := range files {
		files[i].name = path.Join(name, files[i].name)
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.name, b.name) })
	pack, ending := b.tar, ".tar.gz"
	if system == "windows" {
		pack, ending = b.zip, ".zip"
	}
	archive, err := pack(files)
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(b.out, name+ending), archive, 0o644),
		os.WriteFile(filepath.Join(b.out, name+".cdx.json"), parts, 0o644))
}

func (b *build) tar(files []file) ([]byte, error) {
	var out bytes.Buffer
	packed, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	w := tar.NewWriter(packed)
	for _, f := range files {
		h := &tar.Header{Name: f.name, Mode: int64(f.mode), Size: int64(len(f.data)), ModTime: b.at, Format: tar.FormatUSTAR}
		if err := w.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := w.Write(f.data); err != nil {
			return nil, err
		}
	}
	err = errors.Join(w.Close(), packed.Close())
	return out.Bytes(), err
}

func (b *build) zip(files []file) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range files {
		h := &zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: b.at}
		h.SetMode(f.mode)
		to, err := w.CreateHeader(h)
		if err != nil {
			return nil, err
		}
		if _, err := to.Write(f.data); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}

// component is one module in a CycloneDX list.
type component struct {
	Type    string `json:"type"`
	Ref     string `json:"bom-ref,omitempty"`
	Name    string `json:"name"`
	Version string `json:"version"`
	PURL    string `json:"purl,omitempty"`
	Hashes  []hash `json:"hashes,omitempty"`
}

type hash struct {
	Alg     string `json:"alg"`
	Content string `json:"content"`
}

// bill returns what is in a binary, in the format of CycloneDX.
func (b *build) bill(built string, data []byte) ([]byte, error) {
	info, err := buildinfo.ReadFile(built)
	if err != nil {
		return nil, fmt.Errorf("reading what is in the binary: %w", err)
	}
	sum := sha256.Sum256(data)
	list := struct {
		Format   string `json:"bomFormat"`
		Spec     string `json:"specVersion"`
		Version  int    `json:"version"`
		Metadata struct {
			Timestamp string    `json:"timestamp"`
			Component component `json:"component"`
		} `json:"metadata"`
		Components []component `json:"components"`
	}{Format: "CycloneDX", Spec: "1.5", Version: 1}
	list.Metadata.Timestamp = b.at.Format(time.RFC3339)
	list.Metadata.Component = component{
		Type: "application", Ref: "seedreel", Name: "seedreel", Version: b.version, Hashes: []hash{{"SHA-256", hex.EncodeToString(sum[:])}},
	}
	list.Components = []component{{Type: "library", Name: "std", Version: strings.TrimPrefix(info.GoVersion, "go"), PURL: "pkg:golang/std@" + strings.TrimPrefix(info.GoVersion, "go")}}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		purl := "pkg:golang/" + m.Path + "@" + m.Version
		list.Components = append(list.Components, component{Type: "library", Ref: purl, Name: m.Path, Version: m.Version, PURL: purl})
	}
	out, err := json.MarshalIndent(list, "", "  ")
	return append(out, '\n'), err
}

// checksums writes the SHA-256 of every file, as sha256sum reads them.
func (b *build) checksums() error {
	entries, err := os.ReadDir(b.out)
	if err != nil {
		return err
	}
	var text strings.Builder
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(b.out, e.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&text, "%x  %s\n", sha256.Sum256(data), e.Name())
	}
	return os.WriteFile(filepath.Join(b.out, "checksums.txt"), []byte(text.String()), 0o644)
}
