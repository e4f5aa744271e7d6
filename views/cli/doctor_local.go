package cli

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/term"

	"seedreel/state/disk"
	"seedreel/state/engine"
	"seedreel/state/settings"
	terminals "seedreel/ui/term"
	"seedreel/views/words"
)

const (
	// lowRoom is less than a day's work may fill, in bytes.
	lowRoom = 2 << 30
	// noRoom is the free space that the store requires before it accepts a job.
	noRoom = 64 << 20
)

// settings checks the settings file.
func (d *doctor) settings() {
	p, err := settings.FindPaths(d.c.o.Getenv)
	if err != nil {
		d.add("settings", checkFailed, string(words.Error(err)), "")
		return
	}
	_, err = os.Stat(p.SettingsFile())
	if _, lerr := settings.Load(p.SettingsFile(), d.c.o.Getenv); lerr != nil {
		d.add("settings", checkFailed, string(words.Error(lerr)), "mend this line, or move the file away to start afresh")
		return
	}
	text := p.SettingsFile()
	if err != nil {
		text = "all at their defaults; " + text + " is made by the first change"
	}
	d.add("settings", checkOK, text, "")
}

// folders checks whether clips and data can be written, and the free space.
func (d *doctor) folders(e *engine.Engine) {
	clips, err := e.Paths.ClipsDir(e.Settings.ClipsDir, d.c.o.Getenv)
	if err != nil {
		d.add("clips folder", checkFailed, string(words.Error(err)), "seedreel settings set clips_dir FOLDER")
	}
	for _, f := range []struct{ name, dir string }{{"data folder", e.Paths.Data}, {"clips folder", clips}} {
		if f.dir == "" {
			continue
		}
		if err := writable(f.dir); err != nil {
			d.add(f.name, checkFailed, string(words.Error(err)), "it must be yours to write to")
			continue
		}
		d.add(f.name, checkOK, f.dir, "")
		d.room(strings.Replace(f.name, "folder", "disk", 1), f.dir)
	}
}

// writable creates a folder if it is missing, and a file in it.
func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".doctor-*")
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Remove(f.Name())
}

func (d *doctor) room(name, dir string) {
	free, ok := disk.Free(dir)
	text := fmt.Sprintf("%.1f GB free", float64(free)/1e9)
	switch {
	case !ok:
		d.add(name, checkWarning, "how much is free cannot be told here", "")
	case free < noRoom:
		d.add(name, checkFailed, text, "no job is taken with less than 64 MB: make room")
	case free < lowRoom:
		d.add(name, checkWarning, text, "make room for clips")
	default:
		d.add(name, checkOK, text, "")
	}
}

// database checks the whole store.
func (d *doctor) database(ctx context.Context, e *engine.Engine) {
	problems, err := e.Store.Check(ctx)
	switch {
	case err != nil:
		d.add("database", checkFailed, string(words.Error(err)), "")
		return
	case len(problems) > 0:
		d.add("database", checkFailed, fmt.Sprintf("%d problems, the first: %s", len(problems), problems[0]), "keep a copy of "+e.Store.Path()+" before anything else")
		return
	case e.Store.ReadOnly() != nil:
		d.add("database", checkFailed, string(words.Error(e.Store.ReadOnly())), "")
		return
	}
	d.add("database", checkOK, e.Store.Path(), "")
	r := e.Rebuilt
	switch back := r.FromSidecars + r.FromReceipts; {
	case e.Store.Fresh:
		d.add("database", checkFailed, "it was begun anew, and what receipts and clips tell of earlier jobs could not be added", "seedreel doctor --repair tries again")
	case e.Store.Recovered != "":
		d.add("database", checkWarning, fmt.Sprintf("it was damaged and was put aside as %s; %d jobs came back", e.Store.Recovered, back), "seedreel jobs lists what goes on")
	case r.Behind:
		d.add("database", checkWarning, fmt.Sprintf("it was older than the receipts; %d jobs came back from receipts and clips", back), "seedreel jobs lists what goes on")
	case back > 0:
		d.add("database", checkWarning, fmt.Sprintf("it was missing or empty; %d jobs came back from receipts and clips", back), "seedreel jobs lists what goes on")
	}
	if e.Store.Network != "" {
		d.add("database", checkWarning, "it is on a network disk ("+e.Store.Network+"), which is slower", "")
	}
}

// environ returns the variables that determine a terminal's colours.
func (d *doctor) environ() []string {
	var out []string
	for _, name := range []string{"TERM", "COLORTERM", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM_PROGRAM", "TMUX", "WT_SESSION", "GOOGLE_CLOUD_SHELL"} {
		if v := d.c.o.Getenv(name); v != "" {
			out = append(out, name+"="+v)
		}
	}
	return out
}

// terminal reports the capabilities that the screens would have.
func (d *doctor) terminal() {
	env := terminals.Probe(d.c.o.Getenv)
	parts := []string{"TERM is " + env.Term, colours(colorprofile.Env(d.environ()))}
	if env.Term == "" {
		parts[0] = "TERM is not set"
	}
	small := false
	if fd, ok := terminal(d.c.o.Out); ok {
		if w, h, err := term.GetSize(fd); err == nil {
			parts = append(parts, strconv.Itoa(w)+"x"+strconv.Itoa(h))
			small = w < 80 || h < 24
		}
	} else {
		parts = append(parts, "output is not a terminal")
	}
	for _, on := range []struct {
		is   bool
		word string
	}{{env.Tmux, "in tmux"}, {env.Screen, "in screen"}, {env.SSH, "over SSH"}} {
		if on.is {
			parts = append(parts, on.word)
		}
	}
	text := strings.Join(parts, ", ")
	switch {
	case env.Dumb || env.Term == "":
		d.add("terminal", checkWarning, text, "the screens need a terminal that can move the cursor; the commands do not")
	case !utf8Locale(d.c.o.Getenv):
		d.add("terminal", checkWarning, text, "the locale is not UTF-8: export LANG=C.UTF-8")
	case small:
		d.add("terminal", checkWarning, text, "80x24 or more is wanted")
	default:
		d.add("terminal", checkOK, text, "")
	}
}

func colours(p colorprofile.Profile) string {
	switch p {
	case colorprofile.TrueColor:
		return "16 million colours"
	case colorprofile.ANSI256:
		return "256 colours"
	case colorprofile.ANSI:
		return "16 colours"
	case colorprofile.ASCII, colorprofile.NoTTY, colorprofile.Unknown:
	}
	return "no colours"
}

// utf8Locale reads the variables in the order of the C library. If none is set,
// the platform's default applies.
func utf8Locale(env settings.Env) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := strings.ToLower(env(name)); v != "" {
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return true
}

// tmuxWish is a tmux setting that improves the screens.
type tmuxWish struct {
	option, line, why string
	good              func(v string) bool
}

func tmuxWishes() []tmuxWish {
	on := func(v string) bool { return v == "on" || v == "1" || v == "all" || v == "2" }
	return []tmuxWish{
		{"escape-time", "set -s escape-time 20", "esc answers at once", func(v string) bool {
			n, err := strconv.Atoi(v)
			return err == nil && n <= 50
		}},
		{"focus-events", "set -s focus-events on", "less is asked of the services while nobody looks", on},
		{"set-clipboard", "set -s set-clipboard on", "what is copied arrives on your machine", on},
		{"allow-passthrough", "set -g allow-passthrough on", "pictures can be drawn", on},
	}
}

// tmux checks the settings that matter, only inside tmux.
func (d *doctor) tmux(ctx context.Context) {
	if d.c.o.Getenv("TMUX") == "" {
		return
	}
	wishes := tmuxWishes()
	format := make([]string, len(wishes))
	for i, w := range wishes {
		format[i] = "#{" + w.option + "}"
	}
	out, err := d.run(ctx, "tmux", "display-message", "-p", strings.Join(format, "|"))
	have := strings.Split(strings.TrimSpace(out), "|")
	if err != nil || len(have) != len(wishes) {
		d.add("tmux", checkWarning, "its settings cannot be read", "")
		return
	}
	for i, w := range wishes {
		if w.good(have[i]) {
			d.add("tmux "+w.option, checkOK, have[i], "")
			continue
		}
		text := have[i]
		if text == "" {
			text = "not known to this tmux"
		}
		d.add("tmux "+w.option, checkWarning, text, "in ~/.tmux.conf: "+w.line+"  ("+w.why+")")
	}
}

// models checks whether the models allow orders.
func (d *doctor) models(e *engine.Engine) {
	if e.ModelsProblem != nil {
		d.add("models", checkFailed, string(words.Error(e.ModelsProblem)), "mend it, or move the file away; nothing can be ordered before, and what was made can be looked at")
		return
	}
	d.add("models", checkOK, strconv.Itoa(len(e.Catalogue.Now().All()))+" known", "")
}
