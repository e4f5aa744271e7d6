package catalogue_test

import (
	"errors"
	"strings"
	"testing"

	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/client/usd"
)

const (
	ark25  = "ark:dreamina-seedance-2-5-260628"
	ark20  = "ark:dreamina-seedance-2-0-260128"
	ark15  = "ark:seedance-1-5-pro-251215"
	arkPro = "ark:seedance-1-0-pro-250528"
)

func clip(resolution, ratio string, seconds int64, more ...catalogue.Values) catalogue.Values {
	v := catalogue.Values{
		catalogue.RolePrompt: catalogue.Text("a lake"), catalogue.RoleResolution: catalogue.Text(resolution),
		catalogue.RoleAspectRatio: catalogue.Text(ratio), catalogue.RoleDuration: catalogue.Int(seconds),
	}
	for _, m := range more {
		for r, x := range m {
			v[r] = x
		}
	}
	return v
}

// The maker's own sample, two public charges and the price list, each to the
// micro-dollar.
func TestPriceByTokens(t *testing.T) {
	t.Parallel()
	silent := catalogue.Values{catalogue.RoleAudioToggle: catalogue.Bool(false)}
	flex := catalogue.Values{catalogue.RoleServiceTier: catalogue.Text("flex")}
	video := catalogue.Values{catalogue.RoleReferenceVideos: catalogue.Media("https://x/a.mp4")}
	for name, c := range map[string]struct {
		id     string
		v      catalogue.Values
		in     float64
		tokens int64
		price  usd.Micro
	}{
		"the maker's sample":     {ark20, clip("720p", "16:9", 5), 0, 108_900, 762_300},
		"a public charge":        {ark20, clip("720p", "16:9", 4), 0, 87_300, 611_100},
		"and one with a video":   {ark20, clip("720p", "16:9", 4, video), 4, 173_700, 746_910},
		"2.5 at its longest":     {ark25, clip("1080p", "16:9", 30), 0, 1_460_025, 17_082_293},
		"the rate has a tenth":   {ark25, clip("720p", "16:9", 5), 0, 108_900, 1_165_230},
		"4k is cheaper a token":  {ark20, clip("4k", "16:9", 5), 0, 980_100, 3_920_400},
		"its own frame":          {ark20, clip("720p", "21:9", 5), 0, 109_431, 766_017},
		"sound":                  {ark15, clip("720p", "16:9", 5), 0, 108_900, 261_360},
		"silent":                 {ark15, clip("720p", "16:9", 5, silent), 0, 108_900, 130_680},
		"flex, silent":           {ark15, clip("720p", "16:9", 5, silent, flex), 0, 108_900, 65_340},
		"1.0 has frames by 16":   {arkPro, clip("1080p", "16:9", 5), 0, 246_840, 617_100},
		"frames before a length": {arkPro, clip("1080p", "16:9", 5, catalogue.Values{catalogue.RoleFrames: catalogue.Int(61)}), 0, 124_440, 311_100},
		"the floor under video":  {ark20, clip("720p", "16:9", 15, video), 2, 540_900, 2_325_870},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := clienttest.Model(t, c.id)
			e := catalogue.EstimatePrice(m, m.Fill(c.v), c.in)
			if !e.Known || e.Total != c.price {
				t.Errorf("%v %s, want %s", e.Known, e, c.price)
			}
			if got, ok := m.ChargeFor(m.Fill(c.v), c.tokens); !ok || got != c.price {
				t.Errorf("%d tokens are charged %v %s, want %s", c.tokens, ok, got, c.price)
			}
			if e.From != (c.in > 0) {
				t.Errorf("from: %v", e.From)
			}
		})
	}
}

func TestFlexShowsWhatItSaves(t *testing.T) {
	t.Parallel()
	m := clienttest.Model(t, ark15)
	v := m.Fill(clip("720p", "16:9", 5))
	if e := catalogue.EstimatePrice(m, v, 0); e.Saved != 0 {
		t.Errorf("the usual tier saves %s", e.Saved)
	}
	v[catalogue.RoleServiceTier] = catalogue.Text("flex")
	if got := catalogue.EstimatePrice(m, v, 0).Basis(); !strings.HasPrefix(got, "$0.13068 saved by waiting; ") {
		t.Errorf("basis %q", got)
	}
	if e := catalogue.EstimatePrice(m, v, 0).Times(3); e.Saved != 3*130_680 || e.Total != 3*130_680 {
		t.Errorf("three flex clips cost %s and save %s, want $0.39204 each", e.Total, e.Saved)
	}
}

func TestTokenPricesThatStayOpen(t *testing.T) {
	t.Parallel()
	video := catalogue.Values{catalogue.RoleReferenceVideos: catalogue.Media("https://x/a.mp4")}
	for name, c := range map[string]struct {
		id, want string
		v        catalogue.Values
	}{
		"the frame follows the image": {ark20, "$0.7623 to $0.767102", clip("720p", "adaptive", 5)},
		"the model takes its time":    {ark20, "$0.6111 to $2.2743", clip("720p", "16:9", -1)},
		"a video of unknown length":   {ark20, "$0.65403 to $1.76859", clip("720p", "16:9", 4, video)},
		"a size that is not listed":   {ark20, "unknown", clip("8k", "16:9", 5)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := clienttest.Model(t, c.id)
			e := catalogue.EstimatePrice(m, m.Fill(c.v), 0)
			if e.Known || e.Why == "" {
				t.Fatalf("%s, %q", e, e.Why)
			}
			if e.String() != c.want {
				t.Errorf("%s, want %s", e, c.want)
			}
		})
	}
}

func TestFieldsThatClash(t *testing.T) {
	t.Parallel()
	first := catalogue.Values{catalogue.RoleFirstFrame: catalogue.Media("https://x/a.png")}
	refs := catalogue.Values{catalogue.RoleReferenceImages: catalogue.Media("https://x/b.png")}
	with := func(r catalogue.Role, x catalogue.Value) catalogue.Values { return catalogue.Values{r: x} }
	for name, c := range map[string]struct {
		id    string
		v     catalogue.Values
		wrong catalogue.Role
	}{
		"first frame alone":              {ark20, clip("720p", "16:9", 5, first), ""},
		"references alone":               {ark20, clip("720p", "16:9", 5, refs), ""},
		"first frame and references":     {ark20, clip("720p", "16:9", 5, first, refs), catalogue.RoleReferenceImages},
		"a ratio beside a first frame":   {ark25, clip("720p", "16:9", 5, first), catalogue.RoleAspectRatio},
		"adaptive beside a first frame":  {ark25, clip("720p", "adaptive", 5, first), ""},
		"an edit with a length":          {ark25, clip("720p", "adaptive", 5, with(catalogue.RoleMode, catalogue.Text("edit"))), catalogue.RoleDuration},
		"a reference is no edit":         {ark25, clip("720p", "16:9", 5, with(catalogue.RoleMode, catalogue.Text("reference"))), ""},
		"a draft at 720p":                {ark15, clip("720p", "16:9", 5, with(catalogue.RoleDraft, catalogue.Bool(true))), catalogue.RoleResolution},
		"no draft at 720p":               {ark15, clip("720p", "16:9", 5, with(catalogue.RoleDraft, catalogue.Bool(false))), ""},
		"frames between the steps":       {arkPro, clip("720p", "16:9", 5, with(catalogue.RoleFrames, catalogue.Int(30))), catalogue.RoleFrames},
		"nothing to make a clip of":      {ark20, clip("720p", "16:9", 5, with(catalogue.RolePrompt, catalogue.Value{})), catalogue.RolePrompt},
		"a command beside the form":      {ark20, clip("720p", "16:9", 5, with(catalogue.RolePrompt, catalogue.Text("a lake --rs 1080p"))), catalogue.RolePrompt},
		"a command with an equals sign":  {ark20, clip("720p", "16:9", 5, with(catalogue.RolePrompt, catalogue.Text("a lake --DUR=12"))), catalogue.RolePrompt},
		"a command the form has not":     {ark20, clip("720p", "16:9", 5, with(catalogue.RolePrompt, catalogue.Text("a lake --fps 24"))), catalogue.RolePrompt},
		"dashes that are no command":     {ark20, clip("720p", "16:9", 5, with(catalogue.RolePrompt, catalogue.Text("a lake -- at dawn --slowly"))), ""},
		"the same words, another system": {t2v20, catalogue.Values{catalogue.RolePrompt: catalogue.Text("a lake --rs 1080p")}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := clienttest.Model(t, c.id)
			errs := catalogue.Validate(m, m.Fill(c.v), nil)
			switch {
			case c.wrong == "" && len(errs) > 0:
				t.Errorf("refused: %v", errs)
			case c.wrong != "" && (len(errs) != 1 || errs[0].Role != c.wrong):
				t.Errorf("got %v, want one error of %s", errs, c.wrong)
			}
		})
	}
}

func TestAVideoOfThisMachineIsRefusedWhereOnlyLinksAreTaken(t *testing.T) {
	t.Parallel()
	m := clienttest.Model(t, ark20)
	v := m.Fill(clip("720p", "16:9", 5, catalogue.Values{catalogue.RoleReferenceVideos: catalogue.Media("a.mp4")}))
	for link, want := range map[bool]int{true: 0, false: 1} {
		look := func(item string) (catalogue.Facts, error) {
			return catalogue.Facts{Item: item, Kind: "video", Format: "mp4", Link: link}, nil
		}
		if errs := catalogue.Validate(m, v, look); len(errs) != want {
			t.Errorf("link %v: %v", link, errs)
		}
	}
}

func TestConstraintsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]catalogue.Constraint{
		"a value its field cannot have":   {Kind: "limits", Field: "draft", When: "yes", Takes: map[string][]any{"resolution": {"480p"}}},
		"a value the other cannot have":   {Kind: "limits", Field: "draft", When: true, Takes: map[string][]any{"resolution": {true}}},
		"a field that the model lacks":    {Kind: "limits", Field: "draft", Takes: map[string][]any{"nothing": {"480p"}}},
		"an exclusion that has no field":  {Kind: "excludes", AnyOf: []string{"draft"}},
		"a kind that nobody has heard of": {Kind: "wants", Field: "draft"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := *clienttest.Model(t, ark15)
			m.Constraints = append(m.Constraints[:len(m.Constraints):len(m.Constraints)], c)
			if m.Check() == nil {
				t.Error("taken")
			}
		})
	}
}

// A frame that follows the image has the price of that frame once the image is
// known, and a range before.
func TestTheFrameOfAKnownImageHasOnePrice(t *testing.T) {
	t.Parallel()
	for _, id := range []string{ark20, ark15, arkPro} {
		m := clienttest.Model(t, id)
		v := clip("720p", "adaptive", 5, catalogue.Values{catalogue.RoleFirstFrame: catalogue.Media("boat.png")})
		tall := func(string) (catalogue.Facts, error) { return catalogue.Facts{Width: 900, Height: 1600}, nil }
		unknown := func(string) (catalogue.Facts, error) { return catalogue.Facts{}, errors.New("not here") }
		want := m.Estimate(clip("720p", "9:16", 5), unknown)
		if got := m.Estimate(v, tall); !got.Known || !want.Known || got.Total != want.Total {
			t.Errorf("%s: %s for an image of 9:16, want %s", id, got, want)
		}
		if got := m.Estimate(v, unknown); got.Known || got.Low == 0 || got.Low > want.Total || got.High < want.Total {
			t.Errorf("%s: %s for an unknown image, want a range around %s", id, got, want)
		}
	}
}
