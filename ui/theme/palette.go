// Package theme holds every colour and text style of the program.
//
// A Palette names colours by meaning; Styles are built from one palette and
// passed down. No other package chooses a colour. One accent marks the focus
// and nothing else, five state colours each come with a symbol and a word,
// everything else is the text colour in a few strengths. The terminal's own
// background is never painted, except for the selected row, the band of the price
// and the place of a picture that is missing.
package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"
)

// Palette is the set of colours by meaning. A nil colour is the terminal's own
// foreground (or, for Selection, no background at all).
type Palette struct {
	// Name is the palette's value for --theme.
	Name string
	// Dark reports whether the colours are made for a dark background.
	Dark bool
	// Mono means no colour at all: only bold, faint and reverse.
	Mono bool
	// Few means 16 colours: text in one of them is never bold, which some
	// terminals draw in another colour (bold black as grey in xterm).
	Few bool

	Text        color.Color // running text
	Bright      color.Color // values
	Quiet       color.Color // labels
	Faint       color.Color // placeholders and what is unavailable
	Title       color.Color // names of panes and dialogs
	Price       color.Color // the brightest figure
	Unit        color.Color // units beside figures
	Link        color.Color // links
	Match       color.Color // letters matched by a search
	Accent      color.Color // the focus
	Selection   color.Color // background of the selected row
	Rule        color.Color // lines between panes
	Border      color.Color // frames of dialogs
	BarFill     color.Color // done part of a bar
	BarRest     color.Color // open part of a bar
	Key         color.Color // key names in help
	Help        color.Color // what a key does
	Practice    color.Color // "nothing is billed"
	Paid        color.Color // "real money"
	Star        color.Color // ratings
	Added       color.Color // new words of a comparison
	Removed     color.Color // old words of a comparison
	Info        color.Color // toast
	Good        color.Color // toast
	Warn        color.Color // toast, hints under fields
	Bad         color.Color // toast
	WaitingTone color.Color // state colours, see State
	RunningTone color.Color
	DoneTone    color.Color
	FailedTone  color.Color
	NeedsTone   color.Color
}

// Dark returns the palette for dark backgrounds. Its greys are those of the 256
// colours, which is all that many SSH sessions get: bluish ones turn into green
// there. They are named by their numbers, which all terminals draw alike and
// which take half the bytes: most of a screen is grey.
func Dark() Palette {
	p := Palette{Name: "dark", Dark: true}
	p.ink("252", "255", "248", "247", "231")
	p.lines("239", "243", "236")
	p.accent("#6cb6ff")
	p.states("249", "#6fd3e0", "#7fd18b", "#ff8a80", "#f2c265")
	return p
}

// Light returns the palette for light backgrounds.
func Light() Palette {
	p := Palette{Name: "light"}
	p.ink("235", "233", "240", "241", "16")
	p.lines("249", "245", "254")
	p.accent("#0a55b8")
	p.states("240", "#0b6476", "#17662a", "#b3201a", "#7a4f00")
	return p
}

// ANSI returns a palette that uses the terminal's own foreground for all text
// and a few of its colours 1 to 6 for what has a meaning, for terminals of 16
// colours and while the background is unknown. What a terminal makes of these
// colours is its own: yellow, cyan and green cannot be read on white, nor blue
// on black, so that without a known background only the red of failures and the
// accent have a colour, and the symbols carry the rest.
func ANSI(known, dark bool) Palette {
	p := Palette{Name: "ansi", Dark: dark || !known, Few: true}
	p.Accent = lipgloss.Color("5")
	failed := lipgloss.Color("1")
	switch {
	case !known:
		p.tones(nil, nil, failed, nil)
	case dark:
		p.tones(lipgloss.Color("6"), lipgloss.Color("2"), failed, lipgloss.Color("3"))
	default:
		p.tones(lipgloss.Color("4"), nil, failed, nil)
	}
	return p
}

// None returns a palette without colour, for NO_COLOR and terminals without
// any.
func None() Palette { return Palette{Name: "none", Dark: true, Mono: true} }

// Choose returns the palette for a --theme value (auto, dark, light, ansi,
// none) and the background that the terminal reported; known is false until it
// has. Of dark and light, a terminal of 16 colours would show the nearest, in
// another order of strength: In16 is for those.
func Choose(name string, known, dark bool) Palette {
	switch name {
	case "dark":
		return Dark()
	case "light":
		return Light()
	case "ansi":
		return ANSI(known, dark)
	case "none":
		return None()
	}
	switch {
	case !known:
		return ANSI(false, true)
	case dark:
		return Dark()
	}
	return Light()
}

// In16 returns the palette for the same background on a terminal that has 16
// colours.
func (p *Palette) In16() Palette {
	if p.Mono || p.Few {
		return *p
	}
	return ANSI(true, p.Dark)
}

func (p *Palette) ink(text, bright, quiet, faint, strongest string) {
	p.Text, p.Bright = lipgloss.Color(text), lipgloss.Color(bright)
	p.Quiet, p.Faint = lipgloss.Color(quiet), lipgloss.Color(faint)
	p.Price, p.Title = lipgloss.Color(strongest), lipgloss.Color(bright)
	p.Unit, p.Help, p.Key = p.Quiet, p.Quiet, p.Text
	p.Link, p.Info = p.Text, p.Text
}

func (p *Palette) lines(rule, border, selection string) {
	p.Rule, p.BarRest = lipgloss.Color(rule), lipgloss.Color(rule)
	p.Border, p.Selection = lipgloss.Color(border), lipgloss.Color(selection)
	p.BarFill = p.Quiet
}

func (p *Palette) accent(c string) { p.Accent = lipgloss.Color(c) }

func (p *Palette) states(waiting, running, done, failed, needs string) {
	p.WaitingTone = lipgloss.Color(waiting)
	p.tones(lipgloss.Color(running), lipgloss.Color(done), lipgloss.Color(failed), lipgloss.Color(needs))
}

// tones sets the colours that are shared with a state of the same meaning.
func (p *Palette) tones(running, done, failed, needs color.Color) {
	p.RunningTone, p.DoneTone, p.FailedTone, p.NeedsTone = running, done, failed, needs
	p.Good, p.Added = done, done
	p.Bad, p.Removed = failed, failed
	p.Warn, p.Paid, p.Star, p.Match = needs, needs, needs, needs
	p.Practice = running
}
