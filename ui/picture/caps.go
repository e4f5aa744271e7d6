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

// Choice is a person's preference, which overrides what the terminal reports.
type Choice string

// The choices, as written in settings and flags.
const (
	Auto        Choice = "auto"
	WantKitty   Choice = "kitty"
	WantMosaic  Choice = "mosaic"
	WantNothing Choice = "off"
)

// probeLimit is how long to wait for answers before drawing pictures without
// them. A later answer still counts: on a slow link a picture improves once.
const probeLimit = time.Second

// askCellSize is the window operation that requests the size of a cell in
// pixels (xterm's CSI 16 t).
const askCellSize = 16

// defaultAspect is the usual height of a cell over its width.
const defaultAspect = 2.0

// TmuxMsg is what tmux knows of the terminal it runs in: the answer to its own
// XTVERSION, and its TERM. Both are empty if tmux did not answer.
type TmuxMsg struct{ Type, Name string }

// probeOverMsg ends the wait for answers.
type probeOverMsg struct{}

// Caps is what is known of the terminal's ability to show pictures. It learns
// from ordinary messages: pass it every one.
type Caps struct {
	choice  Choice
	env     term.Env
	profile colorprofile.Profile

	asked, settled bool
	queried        bool   // for images
	images         bool   // a query was answered with OK
	attributes     int    // answers to DA1
	brand          string // XTVERSION of the terminal that draws, not of tmux
	outer          TmuxMsg
	tmuxSaid       bool
	cellW, cellH   int
}

// NewCaps starts from the environment and the person's choice; an unknown
// choice means auto. Until Bubble Tea reports the colour profile, it assumes
// 256 colours.
func NewCaps(choice Choice, env term.Env) *Caps {
	c := &Caps{choice: choice, env: env, profile: colorprofile.ANSI256}
	if env.NoColor {
		c.profile = colorprofile.ASCII
	}
	return c
}

// SetChoice changes the choice at run time.
func (c *Caps) SetChoice(choice Choice) { c.choice = choice }

// Probe queries the terminal, once, from Init: XTVERSION, the size of a cell,
// and last DA1, which every terminal answers. What is unanswered by then counts
// as "no". It returns nil if nothing may or need be asked.
func (c *Caps) Probe(ctx context.Context, program term.Program) tea.Cmd {
	if !c.env.Queryable() || c.env.NoColor || c.choice == WantNothing {
		c.settled = true
		return nil
	}
	c.asked = true
	ask := ansi.RequestNameVersion + ansi.WindowOp(askCellSize) + ansi.RequestPrimaryDeviceAttributes
	over := tea.Tick(probeLimit, func(time.Time) tea.Msg { return probeOverMsg{} })
	if !c.env.Tmux {
		return tea.Batch(tea.Raw(ask), over)
	}
	return tea.Batch(tea.Raw(ask), over, func() tea.Msg { return askTmux(ctx, program) })
}

// Question returns what is asked next, nil if nothing is: whether images work,
// once the terminal has given a name that knows them. Others may print the
// query on the screen, as urxvt does. Call it after every Update.
func (c *Caps) Question() tea.Cmd {
	if !c.asked || c.queried || !c.named() {
		return nil
	}
	c.queried = true
	return tea.Raw(query(c.env.Tmux) + ansi.RequestPrimaryDeviceAttributes)
}

// askTmux asks tmux for the outer terminal, which answers tmux and not us.
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

// Update learns from a message and reports whether Mode, Colours or Aspect
// changed, so that pictures on the screen must be requested again.
func (c *Caps) Update(msg tea.Msg) (changed bool) {
	mode, colours, aspect, settled := c.Mode(), c.Colours(), c.Aspect(), c.settled
	switch msg := msg.(type) {
	case tea.ColorProfileMsg:
		if !c.env.NoColor {
			c.profile = msg.Profile
		}
	case tea.TerminalVersionMsg:
		// Inside tmux the answer is that of tmux, which draws nothing itself.
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
		// tmux answers this itself, long before the outer terminal does.
		c.attributes++
		c.settled = c.settled || c.asked && !c.env.Tmux && (!c.named() || c.attributes > 1)
	case probeOverMsg:
		c.settled = true
	default:
		return false
	}
	c.settled = c.settled || c.env.Tmux && c.tmuxSaid && (c.images || !c.named())
	return mode != c.Mode() || colours != c.Colours() || aspect != c.Aspect() || settled != c.settled
}

// Brand returns the terminal's name for itself, "" if it did not answer or tmux
// is in between.
func (c *Caps) Brand() string { return c.brand }

// Settled reports whether the answers are in or overdue.
func (c *Caps) Settled() bool { return c.settled }

// Odd reports whether the terminal answered without giving a name: what it did
// with the other queries, such as printing them, is not known.
func (c *Caps) Odd() bool { return c.asked && c.settled && !c.env.Tmux && c.brand == "" }

// Mode returns the best way to draw that is known to work.
func (c *Caps) Mode() Mode {
	switch {
	case c.choice == WantNothing:
		return Off
	case c.profile < colorprofile.ANSI256:
		return Card // 16 colours would leave only the outlines
	case c.choice == WantKitty:
		return Kitty
	case c.choice != WantMosaic && c.placeholders():
		return Kitty
	case poorFont(c.env.Term):
		return Half
	}
	return Quadrant
}

// poorFont reports whether a terminal has the PC character set, with half
// blocks and no quadrants.
func poorFont(name string) bool {
	return strings.HasPrefix(name, "putty") || name == "cygwin" || name == "linux"
}

// placeholders reports whether images work and the terminal knows the
// placeholder form: a terminal may answer OK and know only the older one.
func (c *Caps) placeholders() bool { return c.images && c.named() }

// named reports whether the terminal gave the name of one that knows the
// placeholder form.
func (c *Caps) named() bool {
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

// Profile returns the colours that the terminal is known to have.
func (c *Caps) Profile() colorprofile.Profile { return c.profile }

// Colours returns how finely mosaics are coloured.
func (c *Caps) Colours() Colours {
	if c.profile >= colorprofile.TrueColor {
		return Fine
	}
	return Coarse
}

// Aspect returns the height of a cell over its width.
func (c *Caps) Aspect() float64 {
	if c.cellW == 0 {
		return defaultAspect
	}
	return min(max(float64(c.cellH)/float64(c.cellW), 1), 4)
}

// Look returns how mosaics are drawn here.
func (c *Caps) Look() Look {
	return Look{Half: c.Mode() == Half, Colours: c.Colours(), Solid: c.env.Screen || c.env.Tmux}
}

// Tmux reports whether sequences of images must pass through tmux.
func (c *Caps) Tmux() bool { return c.env.Tmux }

// dots returns how many pixels wide a cell of a Kitty image is. Over SSH a
// quarter of the pixels, in a palette of their own, costs as much as a mosaic
// and shows sixteen times as much.
func (c *Caps) dots() int {
	if c.env.SSH {
		return 4
	}
	return 8
}

// Words returns a line on how pictures are drawn and why, for a report.
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
	case c.env.Tmux:
		s += ", no answer through tmux (allow-passthrough is off, or the terminal has no images)"
	default:
		s += ", the terminal is not known for images of the Kitty protocol"
	}
	return s
}
