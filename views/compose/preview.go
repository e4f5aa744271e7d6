package compose

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/catalogue"
	"seedreel/state/media"
	"seedreel/ui/layout"
	"seedreel/ui/picture"
	"seedreel/ui/safe"
)

const (
	// previewRows is the least useful height of a picture.
	previewRows = 5
	// previewTall is the height above which a picture shows no more of a crop
	// and only takes longer over a slow line.
	previewTall = 16
	// previewMost is how many pictures are shown side by side.
	previewMost = 3
	previewGap  = 2
)

// preview is one picture of the draft under the price, as the service will crop
// it.
type preview struct {
	want  picture.Request
	pic   *picture.Picture
	lines []string
	words safe.String
}

// Settle requests the pictures that fit under the price panel, and the stills of
// the shot's last takes. It is cheap if nothing changed: the root calls it after
// every update.
func (s *Screen) Settle() tea.Cmd { return tea.Batch(s.settlePreviews(), s.settleTakes()) }

func (s *Screen) settlePreviews() tea.Cmd {
	want := s.wishes()
	if s.s.Album == nil || same(want, s.previews) {
		return nil
	}
	var gone []*picture.Picture
	old := map[picture.Request]preview{}
	for _, p := range s.previews {
		old[p.want] = p
	}
	var cmds []tea.Cmd
	s.previews = s.previews[:0]
	for _, w := range want {
		if p, ok := old[w.want]; ok {
			s.previews = append(s.previews, p)
			delete(old, w.want)
			continue
		}
		s.previews = append(s.previews, w)
		cmds = append(cmds, s.s.Album.Load(s.s.Ctx, w.want))
	}
	for _, p := range old {
		if p.pic != nil {
			gone = append(gone, p.pic)
		}
	}
	return tea.Batch(append(cmds, s.s.Album.Hide(gone...))...)
}

func same(a, b []preview) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].want != b[i].want {
			return false
		}
	}
	return true
}

// previewHeight returns the height of the pictures with the line above them.
func (s *Screen) previewHeight() int {
	if len(s.previews) == 0 {
		return 0
	}
	return s.previews[0].want.Rows + 2
}

// room returns the free height under the panel.
func (s *Screen) room() int { return s.under() - 1 }

// wishes returns the pictures to show: the first few images of the draft that
// are local files, in boxes side by side.
func (s *Screen) wishes() []preview {
	rows := min(s.room()-1, previewTall) // a line of words under each
	if rows < previewRows || s.s.Album == nil {
		return nil
	}
	var out []preview
	for _, r := range s.form.mediaRoles {
		for _, it := range s.draft.Values.Media(r) {
			if p, ok := s.wish(r, it); ok && len(out) < previewMost {
				out = append(out, p)
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	cols := (s.w - 2 - (len(out)-1)*previewGap) / len(out)
	for i := range out {
		out[i].want.Cols, out[i].want.Rows = cols, rows
		out[i].want = s.s.Album.Wish(out[i].want)
	}
	return out
}

// wish returns one image that can be shown. Only a first or last frame is
// cropped: references are used whole.
func (s *Screen) wish(r catalogue.Role, item string) (preview, bool) {
	k := s.facts[item]
	if !k.done || k.err != nil || k.facts.Link || k.facts.Kind != "image" || k.facts.Width == 0 {
		return preview{}, false
	}
	x, err := media.Parse(item, s.s.Home)
	if err != nil || x.Kind != media.Path {
		return preview{}, false
	}
	if k.facts.Path != "" {
		x.Value = k.facts.Path
	}
	p := preview{want: picture.Request{Path: x.Value}}
	if r != catalogue.RoleFirstFrame && r != catalogue.RoleLastFrame {
		return p, true
	}
	imgW, imgH := s.firstImage()
	if w, h, ok := s.model.Frame(s.request(), imgW, imgH); ok {
		p.want.RatioW, p.want.RatioH = w, h
		p.words = picture.Words(picture.Crop(k.facts.Width, k.facts.Height, w, h), k.facts.Width, k.facts.Height)
	}
	return p, true
}

// caption returns the words under a picture, without the figures if they would
// be cut off.
func caption(words safe.String, width int) safe.String {
	if words.Width() > width {
		head, _, _ := strings.Cut(string(words), ":")
		words = safe.Line(head)
	}
	return safe.Truncate(words, width)
}

// applyPicture stores a drawn picture, if it is still wanted.
func (s *Screen) applyPicture(m picture.LoadedMsg) tea.Cmd {
	for i := range s.previews {
		p := &s.previews[i]
		if p.want != m.Request || m.Err != nil {
			continue
		}
		var cmd tea.Cmd
		p.pic = m.Picture
		p.lines, cmd = s.s.Album.Show(m.Picture)
		return cmd
	}
	return nil
}

// previewLines returns the pictures side by side, each with a line about what
// is cropped.
func (s *Screen) previewLines() []string {
	if len(s.previews) == 0 {
		return nil
	}
	out := make([]string, s.previews[0].want.Rows+1)
	for i, p := range s.previews {
		gap := " "
		if i > 0 {
			gap = strings.Repeat(" ", previewGap)
		}
		for y := range out {
			line := ""
			if y < len(p.lines) {
				line = p.lines[y]
			} else if y == len(p.lines) && len(p.lines) > 0 {
				line = s.s.Styles.Text.Quiet.Render(string(caption(p.words, p.want.Cols)))
			}
			out[y] += gap + layout.FitLine(line, p.want.Cols)
		}
	}
	return out
}
