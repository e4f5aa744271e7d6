package linear_test

import (
	"context"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"seedreel/state/engine"
	"seedreel/ui/uitest"
	"seedreel/views/linear"
)

var update = flag.Bool("update", false, "write the transcripts anew")

// A transcript is a conversation as a person has it: what is typed begins with
// "> ", "(2m later)" lets that time pass, and "^C" is ctrl+c. All other lines
// are the program's.
func TestTranscripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "*.txt"))
	if err != nil || len(files) < len(before()) {
		t.Fatalf("%d transcripts, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			synctest.Test(t, func(t *testing.T) {
				got := conversation(t, before()[name], string(b))
				if *update {
					if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
						t.Fatal(err)
					}
				} else if got != string(b) {
					t.Errorf("want\n%s\ngot\n%s", b, got)
				}
			})
		})
	}
}

// conversation has the person of a transcript talk to the program, and returns
// what came of it.
func conversation(t *testing.T, before func(*testing.T, *engine.Engine), transcript string) string {
	t.Helper()
	home := t.TempDir()
	if err := os.MkdirAll(filepath.Join(home, "config"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, "config", "settings.toml"), []byte("[simulator]\nspeed = 10\n[services.wavespeed]\nbase_url = \"http://127.0.0.1:9\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := func(n string) string { return map[string]string{"SEEDREEL_HOME": home, "HOME": home}[n] }
	// Half past nine in the morning.
	<-time.After(9*time.Hour + 30*time.Minute)
	e, err := engine.Open(t.Context(), engine.Options{Getenv: env, Now: time.Now, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}()
	if before != nil {
		before(t, e)
	}
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	var o uitest.Buffer
	p := &person{out: &o, interrupt: interrupt}
	for line := range strings.Lines(transcript) {
		if line = strings.TrimSuffix(line, "\n"); strings.HasPrefix(line, ">") || later.MatchString(line) || line == ctrlC {
			p.steps = append(p.steps, line)
		}
	}
	if err := linear.Run(ctx, e, linear.Options{In: p, Out: &o, Getenv: env, Now: time.Now, Zone: time.UTC}); err != nil {
		t.Errorf("%v", err)
	}
	return masked(o.String(), home)
}

const ctrlC = "^C"

var later = regexp.MustCompile(`^\((\S+) later\)$`)

// person types the lines of a transcript, each when it is asked for.
type person struct {
	out       *uitest.Buffer
	steps     []string
	interrupt func()
}

func (p *person) Read(b []byte) (int, error) {
	for len(p.steps) > 0 {
		s := p.steps[0]
		p.steps = p.steps[1:]
		if _, err := io.WriteString(p.out, "\n"+s+"\n"); err != nil {
			return 0, err
		}
		if m := later.FindStringSubmatch(s); m != nil {
			d, err := time.ParseDuration(m[1])
			if err != nil {
				return 0, err
			}
			<-time.After(d)
			continue
		}
		if s == ctrlC {
			p.interrupt()
			return 0, io.EOF
		}
		// A person takes a moment, in which what was begun goes on.
		<-time.After(137 * time.Millisecond)
		return copy(b, strings.TrimPrefix(strings.TrimPrefix(s, ">"), " ")+"\n"), nil
	}
	return 0, io.EOF
}

// masked returns a transcript without what differs from run to run.
func masked(s, home string) string {
	s = strings.ReplaceAll(s, home, "/home/ana")
	for _, x := range []struct{ find, put string }{
		{`\b[Jj]ob [a-z2-7]{12}\b`, "Job k3x7a2mq5rtb"},
		{`_[a-z2-7]{8}\.mp4`, "_k3x7a2mq.mp4"},
		{`eed,? \d{4,}`, "eed 1356859065"},
		{`instead of \d{4,}`, "instead of 248388689"},
		{`about \d+ KB`, "about 100 KB"},
		{`, at the service \S+\.\n`, ", at the service 4f1c09.\n"},
		{`The clip: \S+ [KM]?B`, "The clip: 300 KB"},
		{`, took [^,]+,`, ", took 9 s,"},
		// How long a simulated clip takes depends on its seed, and with it whether
		// it is seen on the way.
		{`(?m)^Running, .*[^\d]\.\n`, ""},
		{`[ \t]+\n`, "\n"},
		{`\n\n\n+`, "\n\n"},
	} {
		s = regexp.MustCompile(x.find).ReplaceAllString(s, x.put)
	}
	return s
}
