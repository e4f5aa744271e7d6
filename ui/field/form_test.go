package field_test

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"charm.land/huh/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"seedreel/ui/field"
	"seedreel/ui/theme"
)

// fields returns one field of each kind, as in a form of the program.
type fields struct {
	model  *field.Picker
	prompt *field.Prompt
	images *field.Media
	length *field.Number
	ratio  *field.Choice
	camera *field.Choice
	seed   *field.Seed
	title  *field.Line
}

func newFields(st *theme.Styles) *fields {
	f := &fields{
		model:  field.NewPicker(field.Spec{Key: "model", Label: "Model", Space: true, Styles: st}),
		prompt: field.NewPrompt(field.Spec{Key: "prompt", Label: "Prompt", Space: true, Styles: st}),
		images: field.NewMedia(field.Spec{Key: "images", Label: "Images", Space: true, Styles: st},
			field.MediaRole{Key: "image", Label: "first", Max: 1, Add: "add an image"},
			field.MediaRole{Key: "last", Label: "last", Max: 1, Add: "add an image (optional)"}),
		length: field.NewNumber(field.Spec{Key: "duration", Label: "Duration", Styles: st}, field.Span{Min: 2, Max: 12, Unit: "s"}),
		ratio: field.NewChoice(field.Spec{Key: "ratio", Label: "Ratio", Styles: st},
			field.Option{Label: "follow image"}, field.Option{Value: "21:9", Label: "21:9"}, field.Option{Value: "16:9", Label: "16:9"},
			field.Option{Value: "4:3", Label: "4:3"}, field.Option{Value: "1:1", Label: "1:1"}),
		camera: field.NewToggle(field.Spec{Key: "camera", Label: "Camera", Styles: st}, "free", "fixed"),
		seed:   field.NewSeed(field.Spec{Key: "seed", Label: "Seed", Styles: st}, -1, 2147483647),
		title:  field.NewLine(field.Spec{Key: "title", Label: "Title", Styles: st}).Placeholder("optional"),
	}
	f.model.SetValue("m", "Image to video", "Lite 480p", "WaveSpeedAI")
	f.prompt.SetValue("A skateboarder performs a smooth boardslide along the ledge in a sunny skatepark. Camera follows from a low wide angle.")
	f.prompt.SetLimit(2000, 0)
	f.images.SetItems([]field.MediaItem{{Role: "image", Item: "/home/me/ledge.png"}})
	f.images.SetFacts("/home/me/ledge.png", field.FactView{Pixels: "1280x720", Format: "PNG", Size: "412 KB"})
	f.length.SetValue(5)
	return f
}

func (f *fields) list() []field.Field {
	return []field.Field{f.model, f.prompt, f.images, f.length, f.ratio, f.camera, f.seed, f.title}
}

// harness is a form with its owner, run without a terminal.
type harness struct {
	*fields
	form *huh.Form
	msgs []tea.Msg
}

func start(t *testing.T, st *theme.Styles, w, h int) *harness {
	t.Helper()
	f := newFields(st)
	var all []huh.Field
	for _, x := range f.list() {
		all = append(all, x)
	}
	km := huh.NewDefaultKeyMap()
	km.Quit.SetEnabled(false)
	form := huh.NewForm(huh.NewGroup(all...)).WithTheme(st.Huh()).WithKeyMap(km).
		WithShowHelp(false).WithShowErrors(false).WithWidth(w).WithHeight(h)
	hs := &harness{fields: f, form: form}
	hs.run(form.Init())
	return hs
}

// run runs commands as the program would, including messages of huh.
func (h *harness) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch m := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range m {
			h.run(c)
		}
	case field.ChangedMsg, field.OpenMsg, field.BrowseMsg, field.EdgeMsg:
		h.msgs = append(h.msgs, m)
	default:
		if strings.HasPrefix(fmt.Sprintf("%T", m), "tea.") {
			return // sequences and requests of the program's own
		}
		h.send(m)
	}
}

func (h *harness) send(msg tea.Msg) {
	_, cmd := h.form.Update(msg)
	h.run(cmd)
}

func (h *harness) press(keys ...string) {
	for _, k := range keys {
		h.send(keyPress(k))
	}
}

func (h *harness) typed(s string) {
	for _, r := range s {
		h.press(string(r))
	}
}

func (h *harness) last() tea.Msg {
	if len(h.msgs) == 0 {
		return nil
	}
	return h.msgs[len(h.msgs)-1]
}

// keyPress returns the message of a key by its name.
func keyPress(name string) tea.KeyPressMsg {
	k := tea.Key{}
	for {
		head, rest, ok := strings.Cut(name, "+")
		if !ok || rest == "" {
			break
		}
		k.Mod |= map[string]tea.KeyMod{"ctrl": tea.ModCtrl, "alt": tea.ModAlt, "shift": tea.ModShift}[head]
		name = rest
	}
	codes := map[string]rune{
		"enter": tea.KeyEnter, "f5": tea.KeyF5, "tab": tea.KeyTab, "space": tea.KeySpace, "backspace": tea.KeyBackspace, "delete": tea.KeyDelete,
		"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd, "esc": tea.KeyEscape,
	}
	if c, ok := codes[name]; ok {
		k.Code = c
		if name == "space" {
			k.Text = " "
		}
		return tea.KeyPressMsg(k)
	}
	k.Code = []rune(name)[0]
	if k.Mod&^tea.ModShift == 0 {
		k.Text = name
	}
	return tea.KeyPressMsg(k)
}

func dark() *theme.Styles { return theme.New(theme.Dark()) }

// plain returns a view without colours, with the cursor shown.
func plain(view string) string {
	return ansi.Strip(strings.ReplaceAll(view, "\u2060", "¦"))
}

func TestFormGolden(t *testing.T) {
	t.Parallel()
	palettes := map[string]theme.Palette{"dark": theme.Dark(), "light": theme.Light(), "ansi": theme.ANSI(true, true), "none": theme.None()}
	for name, p := range palettes {
		for _, w := range []int{48, 64, 78} {
			t.Run(fmt.Sprintf("%s-%d", name, w), func(t *testing.T) {
				t.Parallel()
				h := start(t, theme.New(p), w, 30)
				h.images.SetError("too small: the service wants at least 300x300 pixels; this one is 280 wide")
				h.prompt.SetHint(`"orbit" and a fixed camera contradict each other`, "ctrl+f fixes")
				h.press("tab")
				view := h.form.View()
				if name != "dark" && name != "none" && w != 64 {
					view = plain(view)
				}
				golden.RequireEqual(t, strings.ReplaceAll(view, "\u2060", "¦"))
			})
		}
	}
}
