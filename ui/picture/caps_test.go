package picture

import (
	"fmt"
	"os/exec"
	"reflect"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi/kitty"

	"seedreel/ui/term"
)

var (
	da1    = uv.PrimaryDeviceAttributesEvent{62, 22}
	tmuxDA = uv.PrimaryDeviceAttributesEvent{1, 2, 4}
	ok     = uv.KittyGraphicsEvent{Options: kitty.Options{ID: queryID}, Payload: []byte("OK")}
	no     = uv.KittyGraphicsEvent{Options: kitty.Options{ID: queryID}, Payload: []byte("ENOTSUPPORTED")}
	full   = tea.ColorProfileMsg{Profile: colorprofile.TrueColor}
	over   = probeOverMsg{}
)

func version(name string) tea.TerminalVersionMsg { return tea.TerminalVersionMsg{Name: name} }

func TestProbing(t *testing.T) {
	t.Parallel()
	plain := term.Env{Term: "xterm-256color"}
	tmux := term.Env{Term: "tmux-256color", Tmux: true}
	for _, tt := range []struct {
		name    string
		env     term.Env
		choice  Choice
		msgs    []tea.Msg
		mode    Mode
		settled bool
	}{
		{"nothing heard yet", plain, Auto, nil, Quadrant, false},
		{"kitty proves it", plain, Auto, []tea.Msg{full, version("kitty(0.32.2)"), da1, ok, da1}, Kitty, true},
		{"kitty has not yet proved it", plain, Auto, []tea.Msg{full, version("kitty(0.32.2)"), da1}, Quadrant, false},
		{"ghostty", plain, Auto, []tea.Msg{version("ghostty 1.1.3"), da1, ok, da1}, Kitty, true},
		{"an old kitty has no placeholders", plain, Auto, []tea.Msg{version("kitty(0.26.5)"), ok, da1}, Quadrant, true},
		{"images alone prove nothing", plain, Auto, []tea.Msg{version("Konsole 23.08"), ok, da1}, Quadrant, true},
		{"the name alone proves nothing", plain, Auto, []tea.Msg{version("kitty(0.32.2)"), da1, da1}, Quadrant, true},
		{"it says no", plain, Auto, []tea.Msg{version("kitty(0.32.2)"), da1, no, da1}, Quadrant, true},
		{"only the last question is answered", plain, Auto, []tea.Msg{da1}, Quadrant, true},
		{"no answer at all", plain, Auto, []tea.Msg{over}, Quadrant, true},
		{"answers after the time still count", plain, Auto, []tea.Msg{over, version("kitty(0.32.2)"), ok, da1}, Kitty, true},
		{"an answer to somebody else's question", plain, Auto, []tea.Msg{version("kitty(0.32.2)"), uv.KittyGraphicsEvent{Options: kitty.Options{ID: 7}, Payload: []byte("OK")}, da1, da1}, Quadrant, true},
		{"a wild version", plain, Auto, []tea.Msg{version("kitty(x.y)"), ok, da1}, Quadrant, true},
		{"asked for, whatever it says", plain, WantKitty, []tea.Msg{da1}, Kitty, true},
		{"mosaic asked for", plain, WantMosaic, []tea.Msg{version("kitty(0.32.2)"), ok, da1, da1}, Quadrant, true},
		{"off", plain, WantNothing, nil, Off, true},
		{"an unknown choice is auto", plain, "sixel", []tea.Msg{da1}, Quadrant, true},
		{"16 colours", plain, Auto, []tea.Msg{tea.ColorProfileMsg{Profile: colorprofile.ANSI}, version("kitty(0.32.2)"), ok, da1, da1}, Card, true},
		{"16 colours cannot carry ids", plain, WantKitty, []tea.Msg{tea.ColorProfileMsg{Profile: colorprofile.ANSI}}, Card, false},
		{"no colours", term.Env{Term: "xterm", NoColor: true}, Auto, []tea.Msg{full}, Card, true},
		{"dumb", term.Env{Term: "dumb", Dumb: true}, Auto, nil, Quadrant, true},
		{"putty has no quadrants", term.Env{Term: "putty-256color"}, Auto, []tea.Msg{da1}, Half, true},
		{"tmux answers by itself", tmux, Auto, []tea.Msg{version("tmux 3.3a"), tmuxDA}, Quadrant, false},
		{"tmux keeps the question", tmux, Auto, []tea.Msg{version("tmux 3.3a"), tmuxDA, TmuxMsg{"kitty(0.32.2)", "xterm-kitty"}, over}, Quadrant, true},
		{"tmux lets it through to kitty", tmux, Auto, []tea.Msg{tmuxDA, TmuxMsg{"kitty(0.32.2)", "xterm-kitty"}, ok}, Kitty, true},
		{"in whichever order", tmux, Auto, []tea.Msg{ok, tmuxDA, TmuxMsg{"kitty(0.32.2)", "xterm-kitty"}}, Kitty, true},
		{"ghostty by its name", tmux, Auto, []tea.Msg{ok, TmuxMsg{"", "xterm-ghostty"}}, Kitty, true},
		{"tmux in something else", tmux, Auto, []tea.Msg{ok, TmuxMsg{"WezTerm 2024", "xterm-256color"}}, Quadrant, true},
		{"tmux does not know", tmux, Auto, []tea.Msg{ok, TmuxMsg{}}, Quadrant, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := NewCaps(tt.choice, tt.env)
			c.Probe(t.Context(), exec.CommandContext)
			for _, m := range tt.msgs {
				c.Update(m)
			}
			if c.Mode() != tt.mode || c.Settled() != tt.settled {
				t.Errorf("mode %s, settled %v; want %s, %v", c.Mode(), c.Settled(), tt.mode, tt.settled)
			}
			if w := c.Words(); !strings.HasPrefix(w, "pictures: "+tt.mode.String()) {
				t.Errorf("it says %q", w)
			}
		})
	}
}

func TestUpdateTellsChanges(t *testing.T) {
	t.Parallel()
	c := NewCaps(Auto, term.Env{Term: "xterm-256color"})
	c.Probe(t.Context(), exec.CommandContext)
	for _, tt := range []struct {
		msg  tea.Msg
		want bool
	}{
		{tea.WindowSizeMsg{Width: 80, Height: 24}, false},
		{full, true}, // finer colours
		{full, false},
		{uv.CellSizeEvent{Width: 10, Height: 20}, false}, // as assumed
		{uv.CellSizeEvent{Width: 10, Height: 25}, true},
		{uv.CellSizeEvent{}, false},
		{version("kitty(0.32.2)"), false},
		{da1, false}, // the query for images is under way
		{ok, true},
		{da1, true},  // settled
		{da1, false}, // an answer to another query
	} {
		if got := c.Update(tt.msg); got != tt.want {
			t.Errorf("%T %+v: changed is %v", tt.msg, tt.msg, got)
		}
	}
	if a := c.Aspect(); a != 2.5 {
		t.Errorf("the aspect is %g", a)
	}
	if c.Colours() != Fine {
		t.Error("true colour is not used")
	}
}

// raws runs a command and the commands it batches, except timers, and returns
// the sequences sent.
func raws(t *testing.T, cmd tea.Cmd) string {
	t.Helper()
	if cmd == nil {
		return ""
	}
	msg := cmd()
	if r, is := msg.(tea.RawMsg); is {
		return fmt.Sprint(r.Msg)
	}
	// A batch is a slice of commands with a type of its own.
	out := ""
	if v := reflect.ValueOf(msg); v.Kind() == reflect.Slice {
		for i := range v.Len() {
			if c, is := v.Index(i).Interface().(tea.Cmd); is && i == 0 {
				out += raws(t, c)
			}
		}
	}
	return out
}

func TestQuestions(t *testing.T) {
	t.Parallel()
	const xtversion, cellSize, last = "\x1b[>q", "\x1b[16t", "\x1b[c"
	const ask = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"
	for _, tt := range []struct {
		env   term.Env
		name  tea.Msg
		wants string
	}{
		{term.Env{Term: "xterm-256color"}, version("kitty(0.32.2)"), ask + last},
		{term.Env{Term: "xterm-256color"}, version("XTerm(410)"), ""},
		{term.Env{Term: "rxvt-unicode-256color"}, da1, ""},
		{term.Env{Term: "tmux-256color", Tmux: true}, TmuxMsg{"kitty(0.32.2)", "xterm-kitty"}, "\x1bPtmux;" + strings.ReplaceAll(ask, "\x1b", "\x1b\x1b") + "\x1b\\" + last},
		{term.Env{Term: "tmux-256color", Tmux: true}, TmuxMsg{"rxvt-unicode", "rxvt-unicode-256color"}, ""},
		{term.Env{Term: "tmux-256color", Tmux: true}, version("kitty(0.32.2)"), ""},
	} {
		c := NewCaps(Auto, tt.env)
		if got, want := raws(t, c.Probe(t.Context(), exec.CommandContext)), xtversion+cellSize+last; got != want {
			t.Errorf("%+v: asked %q, want %q", tt.env, got, want)
		}
		if c.Question() != nil {
			t.Errorf("%+v: asked before it has a name", tt.env)
		}
		c.Update(tt.name)
		if got := raws(t, c.Question()); got != tt.wants {
			t.Errorf("%+v %v: asked %q, want %q", tt.env, tt.name, got, tt.wants)
		}
		if c.Question() != nil {
			t.Errorf("%+v %v: asked twice", tt.env, tt.name)
		}
	}
	for _, e := range []term.Env{{Term: "dumb", Dumb: true}, {Term: "linux"}, {Term: "vt220"}, {Term: ""}, {Term: "xterm", NoColor: true}} {
		if NewCaps(Auto, e).Probe(t.Context(), exec.CommandContext) != nil {
			t.Errorf("%+v is asked", e)
		}
	}
}
