package term

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
)

// env is a fixed environment.
type env map[string]string

func (e env) get(name string) string { return e[name] }

func TestProbe(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		env  env
		want Env
	}{
		{"desktop", env{"TERM": "xterm-256color", "DISPLAY": ":0"}, Env{Term: "xterm-256color", Display: true}},
		{"ssh", env{"TERM": "xterm", "SSH_TTY": "/dev/pts/1"}, Env{Term: "xterm", SSH: true}},
		{"ssh under sudo", env{"TERM": "xterm", "SSH_CONNECTION": "1 2 3 4"}, Env{Term: "xterm", SSH: true}},
		{"tmux", env{"TERM": "screen-256color", "TMUX": "/tmp/t,1,0"}, Env{Term: "screen-256color", Tmux: true}},
		{"screen", env{"TERM": "screen", "STY": "1.x"}, Env{Term: "screen", Screen: true}},
		{"dumb", env{"TERM": "dumb"}, Env{Term: "dumb", Dumb: true}},
		{"NO_COLOR=yes", env{"TERM": "xterm", "NO_COLOR": "yes"}, Env{Term: "xterm", NoColor: true}},
		{"NO_COLOR empty", env{"TERM": "xterm", "NO_COLOR": ""}, Env{Term: "xterm"}},
	} {
		if got := Probe(tt.env.get); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

func TestProfile(t *testing.T) {
	t.Parallel()
	if p, ok := (Env{NoColor: true}).Profile(); !ok || p != colorprofile.ASCII {
		t.Errorf("NO_COLOR gives %v %v", p, ok)
	}
	if _, ok := (Env{Term: "xterm"}).Profile(); ok {
		t.Error("a profile is forced on an ordinary terminal")
	}
}

func TestOnlyTerminalsThatUnderstandAreAsked(t *testing.T) {
	t.Parallel()
	for term, want := range map[string]bool{"xterm-256color": true, "tmux-256color": true, "linux": false, "vt100": false, "dumb": false, "": false} {
		if got := (Env{Term: term, SSH: true, Dumb: term == "dumb"}).Ask() != nil; got != want {
			t.Errorf("TERM=%q over SSH is asked: %v", term, got)
		}
	}
	if (Env{Term: "xterm"}).Ask() == nil {
		t.Error("a local terminal is not asked for its colours")
	}
	for _, e := range []Env{{Term: "xterm", NoColor: true}, {Term: "tmux-256color", Tmux: true}, {Term: "screen", Screen: true}} {
		if e.Ask() != nil {
			t.Errorf("%+v is asked for colours that it cannot answer for", e)
		}
	}
}

// What terminals keep of a background of 24 bits raises the profile, and never
// lowers it.
func TestKeeps(t *testing.T) {
	t.Parallel()
	const none = colorprofile.Unknown
	for _, tt := range []struct {
		env   Env
		reply string
		has   colorprofile.Profile
		want  colorprofile.Profile
	}{
		{Env{}, "\x1bP1$r0;48:2::1:2:3m\x1b\\", colorprofile.ANSI, colorprofile.TrueColor}, // xterm
		{Env{}, "\x1bP1$r48:2:1:2:3m\x1b\\", colorprofile.ANSI256, colorprofile.TrueColor}, // kitty
		{Env{}, "\x1bP1$r0;48;2;1;2;3m\x1b\\", colorprofile.ANSI, colorprofile.TrueColor},
		{Env{}, "\x1bP1$r0;48;5;16m\x1b\\", colorprofile.ANSI, colorprofile.ANSI256}, // mlterm
		{Env{}, "\x1bP1$r0;48:5:16m\x1b\\", colorprofile.TrueColor, none},
		{Env{}, "\x1bP1$r0;48:2::1:2:3m\x1b\\", colorprofile.TrueColor, none},
		{Env{}, "\x1bP1$r0m\x1b\\", colorprofile.ANSI, none},
		{Env{}, "\x1bP0$r\x1b\\", colorprofile.ANSI, none},
		{Env{}, "\x1bP1$r2 q\x1b\\", colorprofile.ANSI, none},
		{Env{}, "\x1bP>|XTerm(410)\x1b\\", colorprofile.ANSI, none},
		{Env{NoColor: true}, "\x1bP1$r48:2:1:2:3m\x1b\\", colorprofile.ASCII, none},
	} {
		cmd := tt.env.Keeps(tt.reply, tt.has)
		if got := cmd != nil; got != (tt.want != none) {
			t.Errorf("%q raises %v: %v", tt.reply, tt.has, got)
		}
		if cmd != nil && cmd() != (tea.ColorProfileMsg{Profile: tt.want}) {
			t.Errorf("%q gives %v, want %v", tt.reply, cmd(), tt.want)
		}
	}
}

func TestUpgrade(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]bool{"RGB=8": true, "RGB=8/8/8": true, "RGB": false, "Tc": false, "": false} {
		cmd := Env{}.Upgrade(tea.CapabilityMsg{Content: content})
		if (cmd != nil) != want {
			t.Errorf("%q upgrades: %v", content, cmd != nil)
		}
		if cmd != nil && cmd() != (tea.ColorProfileMsg{Profile: colorprofile.TrueColor}) {
			t.Errorf("%q gives %v", content, cmd())
		}
	}
	if (Env{NoColor: true}).Upgrade(tea.CapabilityMsg{Content: "RGB=8"}) != nil {
		t.Error("colours come back in spite of NO_COLOR")
	}
}

// A notification has the form that the terminal supports, and nothing in its
// text ends it early.
func TestNotify(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		env   Env
		brand string
		want  string
	}{
		"most":    {Env{Term: "xterm-256color"}, "XTerm(379)", "\a\x1b]9;Saved: a; b\x07"},
		"silent":  {Env{Term: "xterm-256color"}, "", "\a\x1b]9;Saved: a; b\x07"},
		"kitty":   {Env{Term: "xterm-kitty"}, "kitty(0.41.1)", "\a\x1b]99;i=seedreel:d=0;seedreel\x07\x1b]99;i=seedreel:p=body;Saved: a; b\x07"},
		"VTE":     {Env{Term: "xterm-256color"}, "VTE(7600)", "\a\x1b]777;notify;seedreel;Saved: a, b\x1b\\"},
		"foot":    {Env{Term: "foot"}, "", "\a\x1b]777;notify;seedreel;Saved: a, b\x1b\\"},
		"in tmux": {Env{Term: "tmux-256color", Tmux: true}, "kitty(0.41.1)", "\a"},
	} {
		if got := tt.env.Notify(tt.brand, "seedreel", "Saved: a; b"); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

// Reports of colour changes are turned off before another program gets the
// terminal, and only if they were requested.
func TestFollowIsTakenBack(t *testing.T) {
	t.Parallel()
	for name, env := range map[string]Env{"dumb": {Term: "dumb", Dumb: true}, "console": {Term: "linux"}, "no colour": {Term: "xterm", NoColor: true}} {
		if env.Follow() != nil || env.Unfollow() != "" {
			t.Errorf("%s: it is asked", name)
		}
	}
	env := Env{Term: "xterm-256color"}
	if env.Follow() == nil || env.Unfollow() != "\x1b[?2031l" {
		t.Errorf("asked %t, taken back by %q", env.Follow() != nil, env.Unfollow())
	}
}

func TestCopySaysWhatWasDone(t *testing.T) {
	t.Parallel()
	if cmd := Copy(t.Context(), exec.CommandContext, Env{}, Copying{Text: "text"}); cmd == nil {
		t.Error("nothing is copied")
	}
	long := Copying{Text: strings.Repeat("x", 100_000), What: "the link"}
	msg, ok := Copy(t.Context(), exec.CommandContext, Env{}, long)().(CopiedMsg)
	if !ok || msg.Err == nil || msg.Words == "" || msg.What != long.What {
		t.Errorf("a text no terminal takes gives %+v", msg)
	}
}

// Text that no clipboard takes ends up in a file, and the words name the file;
// if it cannot be written, nothing was copied.
func TestCopyFallsBackToAFile(t *testing.T) {
	t.Setenv("PATH", t.TempDir()) // no tmux to be found
	for name, tt := range map[string]struct {
		env  Env
		text string
	}{
		"too long": {Env{}, strings.Repeat("x", 100_000)},
		"no tmux":  {Env{Tmux: true}, "https://x.example/a"},
	} {
		file := filepath.Join(t.TempDir(), "copied.txt")
		msg, ok := Copy(t.Context(), exec.CommandContext, tt.env, Copying{Text: tt.text, File: file})().(CopiedMsg)
		if !ok || msg.Err != nil || !strings.Contains(string(msg.Words), "copied.txt") {
			t.Errorf("%s: got %+v", name, msg)
		}
		if got, err := os.ReadFile(file); err != nil || string(got) != tt.text+"\n" {
			t.Errorf("%s: the file has %d bytes, %v", name, len(got), err)
		}
		msg, _ = Copy(t.Context(), exec.CommandContext, tt.env, Copying{Text: tt.text, File: filepath.Join(file, "no", "folder")})().(CopiedMsg)
		if msg.Err == nil || strings.Contains(string(msg.Words), "into") {
			t.Errorf("%s: a file that cannot be written is told as %+v", name, msg)
		}
	}
}

func TestCopyInTmux(t *testing.T) {
	bin := t.TempDir()
	script := "#!/bin/sh\necho \"$@\" > \"$OUT\"\ncat >> \"$OUT\"\n"
	if err := os.WriteFile(filepath.Join(bin, "tmux"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(bin, "out")
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	t.Setenv("OUT", out)
	msg, ok := Copy(t.Context(), exec.CommandContext, Env{Tmux: true}, Copying{Text: "https://x.example/a"})().(CopiedMsg)
	if !ok || msg.Err != nil || !strings.Contains(string(msg.Words), "tmux buffer") {
		t.Fatalf("got %+v", msg)
	}
	got, err := os.ReadFile(out)
	if err != nil || string(got) != "load-buffer -w -\nhttps://x.example/a" {
		t.Errorf("tmux got %q, %v", got, err)
	}
	t.Setenv("PATH", t.TempDir())
	if msg, _ = Copy(t.Context(), exec.CommandContext, Env{Tmux: true}, Copying{Text: "x"})().(CopiedMsg); msg.Err == nil {
		t.Error("without tmux nothing is said")
	}
}

func TestEditorArgs(t *testing.T) {
	t.Parallel()
	none := func(string) (string, error) { return "", exec.ErrNotFound }
	vi := func(name string) (string, error) {
		if name == "vi" {
			return "/usr/bin/vi", nil
		}
		return "", exec.ErrNotFound
	}
	for _, tt := range []struct {
		name string
		env  env
		look func(string) (string, error)
		want []string
	}{
		{"visual first", env{"VISUAL": "code --wait", "EDITOR": "vi"}, none, []string{"code", "--wait"}},
		{"quotes", env{"EDITOR": `'/opt/my editor/ed' -c "set tw=0" a\ b`}, none, []string{"/opt/my editor/ed", "-c", "set tw=0", "a b"}},
		{"no shell", env{"EDITOR": "vi $(reboot); rm"}, none, []string{"vi", "$(reboot);", "rm"}},
		{"empty argument", env{"EDITOR": "ed ''"}, none, []string{"ed", ""}},
		{"usual one", env{}, vi, []string{"/usr/bin/vi"}},
	} {
		if runtime.GOOS == "windows" && tt.name != "visual first" {
			continue
		}
		got, err := editorArgs(tt.env.get, tt.look)
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %q, %v", tt.name, got, err)
		}
	}
	if _, err := editorArgs(env{"EDITOR": `vi "x`}.get, none); err == nil {
		t.Error("an open quote is taken")
	}
	if _, err := editorArgs(env{}.get, none); !errors.Is(err, errNoEditor) {
		t.Errorf("without an editor: %v", err)
	}
}

func TestEditorFileIsPrivateAndRemoved(t *testing.T) {
	t.Parallel()
	name, err := writeTemp("before")
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(name)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Fatalf("the file is %v, %v", info.Mode(), err)
	}
	if err := os.WriteFile(name, []byte("after\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	msg := closed("prompt", "before", name, nil)
	if msg.Err != nil || msg.Text != "after" || !msg.Changed || msg.Key != "prompt" {
		t.Errorf("got %+v", msg)
	}
	if _, err := os.Stat(name); !errors.Is(err, os.ErrNotExist) {
		t.Error("the file is left behind")
	}
	name, err = writeTemp("before")
	if err != nil {
		t.Fatal(err)
	}
	if msg = closed("prompt", "before", name, errors.New("exit status 1")); msg.Err == nil || msg.Text != "before" || msg.Changed {
		t.Errorf("a failed editor gives %+v", msg)
	}
	if msg = closed("prompt", "before", name, nil); msg.Err == nil || msg.Text != "before" {
		t.Errorf("a file that is gone gives %+v", msg)
	}
}

func TestCanSuspendOnlyWithAShell(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		p    process
		want bool
	}{
		{"under a shell", process{pid: 20, group: 20, session: 10, parentGroup: 10, parentSession: 10}, true},
		{"ssh host program", process{pid: 20, group: 20, session: 20, parentGroup: 5, parentSession: 5}, false},
		{"in a script", process{pid: 20, group: 15, session: 10, parentGroup: 15, parentSession: 10}, false},
		{"parent elsewhere", process{pid: 20, group: 20, session: 10, parentGroup: 1, parentSession: 1}, false},
	} {
		if got := tt.p.canSuspend(); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

func TestOpenRefusesInWords(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		env    Env
		target string
		says   string
	}{
		{Env{SSH: true, Display: true}, "https://x.example", "another machine"},
		{Env{Display: true}, "-rf", "only links and full paths"},
		{Env{Display: true}, "javascript:alert(1)", "only links and full paths"},
		{Env{Display: true}, "relative/path", "only links and full paths"},
	} {
		cmd, why := Open(t.Context(), exec.CommandContext, tt.env, tt.target)
		if cmd != nil || !strings.Contains(string(why), tt.says) {
			t.Errorf("%q: %q", tt.target, why)
		}
	}
	if cmd, why := Open(t.Context(), exec.CommandContext, Env{}, "https://x.example"); runtime.GOOS == "linux" && (cmd != nil || !strings.Contains(string(why), "no desktop")) {
		t.Errorf("without a desktop: %q", why)
	}
}
