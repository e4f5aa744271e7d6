package theme_test

import (
	"fmt"
	"image/color"
	"math"
	"reflect"
	"strings"
	"testing"

	"charm.land/huh/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"seedreel/ui/theme"
)

// luminance returns the relative luminance of WCAG 2.
func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	lin := func(v uint32) float64 {
		x := float64(v) / 65535
		if x <= 0.03928 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(r) + 0.7152*lin(g) + 0.0722*lin(b)
}

func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// notText are colours of lines and surfaces, which carry no text.
var notText = map[string]bool{"Rule": true, "Border": true, "BarRest": true, "Selection": true, "BarFill": true}

func TestContrast(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		p           theme.Palette
		backgrounds []string
	}{
		{theme.Dark(), []string{"#000000", "#1e1e1e", "#282c34", "#2e3440"}},
		{theme.Light(), []string{"#ffffff", "#fafafa", "#fdf6e3", "#eff1f5"}},
	} {
		v := reflect.ValueOf(tt.p)
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			c, ok := v.Field(i).Interface().(color.Color)
			if !ok || notText[name] {
				continue
			}
			for _, bg := range append(tt.backgrounds, hex(tt.p.Selection)) {
				if got := contrast(c, lipgloss.Color(bg)); got < 4.5 {
					t.Errorf("%s: %s on %s has a contrast of %.2f", tt.p.Name, name, bg, got)
				}
			}
		}
	}
}

// Colours of 16 have a contrast of 3 on the backgrounds that they may be on, as
// xterm and the Linux console paint them.
func TestContrastOf16(t *testing.T) {
	t.Parallel()
	painted := map[string][2]string{
		"1": {"#cd0000", "#aa0000"}, "2": {"#00cd00", "#00aa00"}, "3": {"#cdcd00", "#aa5500"},
		"4": {"#0000ee", "#0000aa"}, "5": {"#cd00cd", "#aa00aa"}, "6": {"#00cdcd", "#00aaaa"},
	}
	for name, tt := range map[string]struct {
		p           theme.Palette
		backgrounds []string
	}{
		"unknown": {theme.ANSI(false, false), []string{"#000000", "#ffffff"}},
		"dark":    {theme.ANSI(true, true), []string{"#000000"}},
		"light":   {theme.ANSI(true, false), []string{"#ffffff"}},
	} {
		v := reflect.ValueOf(tt.p)
		for i := range v.NumField() {
			c, ok := v.Field(i).Interface().(color.Color)
			if !ok {
				continue
			}
			for n, looks := range painted {
				if c != lipgloss.Color(n) {
					continue
				}
				for _, bg := range tt.backgrounds {
					// The console's dark red and magenta are meant for black.
					if got := max(contrast(lipgloss.Color(looks[0]), lipgloss.Color(bg)), contrast(lipgloss.Color(looks[1]), lipgloss.Color(bg))); got < 3 {
						t.Errorf("%s: %s in colour %s on %s has a contrast of %.2f", name, v.Type().Field(i).Name, n, bg, got)
					}
				}
			}
		}
	}
}

// What has one of 16 colours is not bold, and no other style needs a colour.
func TestNoBoldAmong16(t *testing.T) {
	t.Parallel()
	dark, light := theme.Dark(), theme.Light()
	for _, p := range []theme.Palette{theme.ANSI(false, true), theme.ANSI(true, true), theme.ANSI(true, false), dark.In16(), light.In16()} {
		eachStyle(theme.New(p), func(group, name string, style lipgloss.Style) {
			if _, none := style.GetForeground().(lipgloss.NoColor); !none && style.GetBold() {
				t.Errorf("%s.%s is bold in a colour", group, name)
			}
		})
	}
}

// eachStyle calls look with the styles of all groups.
func eachStyle(st *theme.Styles, look func(group, name string, style lipgloss.Style)) {
	v := reflect.ValueOf(*st)
	for i := range v.NumField() {
		group, name := v.Field(i), v.Type().Field(i).Name
		if group.Kind() != reflect.Struct || name == "Palette" {
			continue
		}
		for j := range group.NumField() {
			if style, ok := group.Field(j).Interface().(lipgloss.Style); ok {
				look(name, group.Type().Field(j).Name, style)
			}
		}
	}
}

func hex(c color.Color) string {
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

func TestEveryColourHasAMeaningInEveryFullPalette(t *testing.T) {
	t.Parallel()
	for _, p := range []theme.Palette{theme.Dark(), theme.Light()} {
		v := reflect.ValueOf(p)
		for i := range v.NumField() {
			if f := v.Field(i); f.Kind() == reflect.Interface && f.IsNil() {
				t.Errorf("%s has no %s", p.Name, v.Type().Field(i).Name)
			}
		}
	}
}

func TestAccentStandsForFocusAlone(t *testing.T) {
	t.Parallel()
	for _, p := range []theme.Palette{theme.Dark(), theme.Light(), theme.ANSI(true, true)} {
		v := reflect.ValueOf(p)
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if c, ok := v.Field(i).Interface().(color.Color); ok && name != "Accent" && c == p.Accent {
				t.Errorf("%s: %s has the colour of the focus", p.Name, name)
			}
		}
	}
}

func TestStatesAreToldWithoutColour(t *testing.T) {
	t.Parallel()
	for _, p := range []theme.Palette{theme.Dark(), theme.None()} {
		st := theme.New(p)
		seen := map[string]bool{}
		for _, s := range []theme.State{theme.Waiting, theme.Running, theme.Done, theme.Failed, theme.Needs} {
			look := st.State(s)
			if ansi.StringWidth(look.Symbol) != 1 || look.Word == "" || seen[look.Symbol] || seen[look.Word] {
				t.Errorf("state %d is %q %q", s, look.Symbol, look.Word)
			}
			seen[look.Symbol], seen[look.Word] = true, true
			if got := ansi.Strip(st.Status(s, "moderation")); got != look.Symbol+" moderation" {
				t.Errorf("status %q", got)
			}
		}
		if st.State(theme.State(99)).Word != "needs you" {
			t.Error("an unknown state does not ask for attention")
		}
	}
}

func TestNoneHasNoColourAndStillShowsTheFocus(t *testing.T) {
	t.Parallel()
	st := theme.New(theme.None())
	for name, s := range map[string]lipgloss.Style{
		"error": st.Field.Error, "label": st.Field.LabelFocused, "price": st.Text.Price, "failed": st.State(theme.Failed).Style,
	} {
		if out := s.Render("x"); strings.Contains(out, "38;") || strings.Contains(out, "[3") && !strings.Contains(out, "[3m") {
			t.Errorf("%s has a colour: %q", name, out)
		}
	}
	if st.Field.LabelFocused.Render("x") == st.Field.Label.Render("x") {
		t.Error("the focus cannot be seen")
	}
}

func TestBackgroundsAreRarelyPainted(t *testing.T) {
	t.Parallel()
	for _, p := range []theme.Palette{theme.Dark(), theme.Light(), theme.ANSI(true, true), theme.None()} {
		eachStyle(theme.New(p), func(group, name string, style lipgloss.Style) {
			if _, none := style.GetBackground().(lipgloss.NoColor); !none && name != "Selected" && name != "Ground" {
				t.Errorf("%s: %s.%s has a background", p.Name, group, name)
			}
		})
	}
}

func TestSelectedRowIsPaintedWhole(t *testing.T) {
	t.Parallel()
	st := theme.New(theme.Dark())
	row := st.Select(st.Text.Bright.Render("ab")+" plain "+st.Text.Quiet.Render("cd"), 20)
	if ansi.StringWidth(row) != 20 || ansi.Strip(row) != "ab plain cd         " {
		t.Errorf("the row is %q", ansi.Strip(row))
	}
	on, _, _ := strings.Cut(st.Row.Selected.Render("\x00"), "\x00")
	if strings.Count(row, on) < 3 {
		t.Errorf("the background ends with the first style: %q", row)
	}
	if got := theme.New(theme.None()).Select("ab", 4); got != "\x1b[7mab  \x1b[m" {
		t.Errorf("without colours the row is %q", got)
	}
}

func TestChoose(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name        string
		known, dark bool
		want        string
	}{
		{"auto", false, false, "ansi"},
		{"auto", true, true, "dark"},
		{"auto", true, false, "light"},
		{"", true, true, "dark"},
		{"light", true, true, "light"},
		{"dark", false, false, "dark"},
		{"ansi", true, true, "ansi"},
		{"none", true, true, "none"},
	} {
		if got := theme.Choose(tt.name, tt.known, tt.dark).Name; got != tt.want {
			t.Errorf("%q known %v dark %v: %s, want %s", tt.name, tt.known, tt.dark, got, tt.want)
		}
	}
}

func TestHuhHasTheSameLook(t *testing.T) {
	t.Parallel()
	st := theme.New(theme.Dark())
	look := st.Huh().Theme(false)
	if look.Focused.Title.GetForeground() != st.Palette.Accent || look.FieldSeparator.Render() != "\n" {
		t.Error("huh looks different")
	}
	form := huh.NewForm(huh.NewGroup(huh.NewInput().Title("Name"))).WithTheme(st.Huh())
	form.Init()
	form.Update(nil)
	view := form.View()
	if !strings.Contains(view, "Name") {
		t.Errorf("a form of huh is %q", view)
	}
}
