package picture

import (
	"context"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"seedreel/ui/term"
)

// Choice is what a person wants, over what the terminal says.
type Choice string

// The choices, as settings and flags write them.
const (
	Auto        Choice = "auto"
	WantKitty   Choice = "kitty"
	WantMosaic  Choice = "mosaic"
	WantNothing Choice = "off"
)

// probeLimit is how long answers may take before pictures are drawn without
// them. A later answer still counts: on a slow link a picture gets better once.
const probeLimit = time.Second

// askCellSize is the window operation that asks for the size of a cell in
// pixels (xterm's CSI 16 t).
const askCellSize = 16

// defaultAspect is how many times taller than wide a cell usually is.
const defaultAspect = 2.0

// TmuxMsg is what tmux knows of the terminal it is shown in: the answer to its
// own XTVERSION, and its TERM. Both are empty when tmux did not say.
type TmuxMsg struct{ Type, Name string }

// probeOverMsg ends the time for answers.
type probeOverMsg struct{}

// Caps is what is known of the terminal, as far as pictures are concerned. It
// learns from ordinary messages: give it every one.
type Caps struct {
	choice  Choice
	env     term.Env
	profile colorprofile.Profile

	asked, settled bool
	images         bool   // a query was answered with OK
	brand          string // XTVERSION of the terminal that draws, not of tmux
	outer          TmuxMsg
	tmuxSaid       bool
	cellW, cellH   int
}

// NewCaps starts from the environment and the person's choice; an unknown
// choice is auto. Until Bubble Tea tells the colour profile, 256 colours are
// taken for granted.
func NewCaps(choice Choice, env term.Env) *Caps {
	c := &Caps{choice: choice, env: env, profile: colorprofile.ANSI256}
	if env.NoColor {
		c.profile = colorprofile.ASCII
	}
	return c
}

// SetChoice changes the choice while the program runs.
func (c *Caps) SetChoice(choice Choice) { c.choice = choice }

// Probe asks the terminal, once, from Init: XTVERSION, the size of a cell, the
// Kitty query, and DA1 last, which every terminal answers. What is unanswered
// by then is "no". Nil where nothing may be asked or need be.
func (c *Caps) Probe(ctx context.Context, program term.Program) tea.Cmd {
	if !c.env.Queryable() || c.env.NoColor || c.choice == WantNothing {
		c.settled = true
		return nil
	}
	c.asked = true
	ask := ansi.RequestNameVersion + ansi.WindowOp(askCellSize) + query(c.env.Tmux) + ansi.RequestPrimaryDeviceAttributes
	over := tea.Tick(probeLimit, func(time.Time) tea.Msg { return probeOverMsg{} })
	if !c.env.Tmux {
		return tea.Batch(tea.Raw(ask), over)
	}
	return tea.Batch(tea.Raw(ask), over, func() tea.Msg { return askTmux(ctx, program) })
}

// askTmux learns which terminal is outside: it answers tmux and not us.
func askTmux(ctx context.Context, program term.Program) TmuxMsg {
	ctx, cancel := context.WithTimeout(ctx, probeLimit)
	defer cancel()
	out, err := program(ctx, "tmux", "display-message", "-p", "#{client_termtype}\t#{client_termname}").Output()
	if err != nil {
		return TmuxMsg{}
	}
	kind, name, _ := strings.Cut(strings.TrimRight(string(out), "\r\n"), "\t")
	return TmuxMsg{Type: kind, Name: name}
}

// Update learns from a message and tells whether Mode, Colours or Aspect
// changed, so that pictures on the screen are asked for anew.
func (c *Caps) Update(msg tea.Msg) (changed bool) {
	mode, colours, aspect, settled := c.Mode(), c.Colours(), c.Aspect(), c.settled
	switch msg := msg.(type) {
	case tea.ColorProfileMsg:
		if !c.env.NoColor {
			c.profile = msg.Profile
		}
	case tea.TerminalVersionMsg:
		// In tmux it is tmux that answers, which draws nothing itself.
		if !c.env.Tmux {
			c.brand = msg.Name
		}
	case uv.CellSizeEvent:
		if msg.Width > 0 && msg.Height > 0 {
			c.cellW, c.cellH = msg.Width, msg.Height
		}
	case uv.KittyGraphicsEvent:
		if msg.Options.ID == queryID {
			c.images = string(msg.Payload) == "OK"
		}
	case TmuxMsg:
		c.outer, c.tmuxSaid = msg, true
	case uv.PrimaryDeviceAttributesEvent:
		// tmux answers this itself, long before the terminal outside answers.
		c.settled = c.settled || c.asked && !c.env.Tmux
	case probeOverMsg:
		c.settled = true
	default:
		return false
	}
	c.settled = c.settled || c.env.Tmux && c.images && c.tmuxSaid
	return mode != c.Mode() || colours != c.Colours() || aspect != c.Aspect() || settled != c.settled
}

// Brand is what the terminal calls itself, "" when it did not say or tmux
// stands between.
func (c *Caps) Brand() string { return c.brand }

// Settled tells that the answers are in, or have had their time.
func (c *Caps) Settled() bool { return c.settled }

// Mode is the best way to draw that is known to work.
func (c *Caps) Mode() Mode {
	switch {
	case c.choice == WantNothing:
		return Off
	case c.profile < colorprofile.ANSI256:
		return Card // with 16 colours only the outlines would be left
	case c.choice == WantKitty:
		return Kitty
	case c.choice != WantMosaic && c.placeholders():
		return Kitty
	case poorFont(c.env.Term):
		return Half
	}
	return Quadrant
}

// poorFont tells terminals that come with the letters of the PC, which have
// half blocks and no quadrants.
func poorFont(name string) bool {
	return strings.HasPrefix(name, "putty") || name == "cygwin" || name == "linux"
}

// placeholders tells that images work and that the terminal is one that knows
// the placeholder form: a terminal may answer OK and know only the older one.
func (c *Caps) placeholders() bool {
	if !c.images {
		return false
	}
	if !c.env.Tmux {
		return knowsPlaceholders(c.brand)
	}
	return knowsPlaceholders(c.outer.Type) || c.outer.Name == "xterm-ghostty"
}

// knowsPlaceholders: kitty since 0.28, Ghostty and Rio always.
func knowsPlaceholders(brand string) bool {
	b := strings.ToLower(brand)
	if v, ok := strings.CutPrefix(b, "kitty"); ok {
		parts := strings.SplitN(strings.Trim(v, "() "), ".", 3)
		if len(parts) < 2 {
			return false
		}
		major, err1 := strconv.Atoi(parts[0])
		minor, err2 := strconv.Atoi(parts[1])
		return err1 == nil && err2 == nil && (major > 0 || minor >= 28)
	}
	return strings.HasPrefix(b, "ghostty") || strings.HasPrefix(b, "rio")
}

// Colours is how finely mosaics are coloured.
func (c *Caps) Colours() Colours {
	if c.profile >= colorprofile.TrueColor {
		return Fine
	}
	return Coarse
}

// Aspect is how many times taller than wide a cell is.
func (c *Caps) Aspect() float64 {
	if c.cellW == 0 {
		return defaultAspect
	}
	return min(max(float64(c.cellH)/float64(c.cellW), 1), 4)
}

// Look is how mosaics are drawn here.
func (c *Caps) Look() Look {
	return Look{Half: c.Mode() == Half, Colours: c.Colours(), Solid: c.env.Screen || c.env.Tmux}
}

// Tmux tells that sequences of images must pass through tmux.
func (c *Caps) Tmux() bool { return c.env.Tmux }

// dots is how many pixels a cell of a Kitty image is wide. Over SSH a quarter
// of the pixels, in colours of its own palette, costs what a mosaic costs and
// shows sixteen times as much.
func (c *Caps) dots() int {
	if c.env.SSH {
		return 4
	}
	return 8
}

// Words says in a line how pictures are drawn and why, for a report.
func (c *Caps) Words() string {
	s := "pictures: " + c.Mode().String()
	if c.choice != Auto && c.choice != "" {
		return s + ", as asked for"
	}
	switch {
	case c.Mode() == Card:
		s += ", the terminal has too few colours"
	case c.Mode() == Kitty:
		s += ", the terminal proved it"
	case !c.asked:
		s += ", the terminal was not asked"
	case c.images:
		s += ", the terminal has images but is not known for placeholders"
	case c.env.Tmux:
		s += ", no answer through tmux (allow-passthrough is off, or the terminal has no images)"
	default:
		s += ", the terminal has no images of the Kitty protocol"
	}
	return s
}
