package reel_test

import (
	"strings"
	"testing"

	"seedreel/assets"
	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/state/reel"
)

func shelf(t *testing.T) *catalogue.Catalogue {
	t.Helper()
	c, err := catalogue.Load(assets.Models())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// made returns a take of a model, with its defaults but for values.
func made(t *testing.T, c *catalogue.Catalogue, model string, values catalogue.Values) *job.Job {
	t.Helper()
	found := c.Find(model)
	if len(found) == 0 {
		t.Fatalf("no model %s", model)
	}
	m := found[0]
	v := m.Fill(values)
	v[catalogue.RolePrompt] = catalogue.Text("a lake")
	v[catalogue.RoleSeed] = catalogue.Int(7)
	return &job.Job{
		ID: "t1", Provider: m.Provider, Model: m.ID, Prompt: "a lake", Seed: 7, HasSeed: true, State: job.Saved,
		Values: v, Taken: job.Taken{Shot: "s1"},
	}
}

func TestEveryWayChangesOneThing(t *testing.T) {
	t.Parallel()
	c := shelf(t)
	const text, image, two = "bytedance/seedance-v1-lite-t2v-480p", "bytedance/seedance-v1-lite-i2v-480p", "bytedance/seedance-2.0/image-to-video"
	first := catalogue.Values{catalogue.RoleFirstFrame: catalogue.Media("/a.png")}
	for name, x := range map[string]struct {
		model  string
		values catalogue.Values
		way    reel.Way
		// want are parts of the model and the values, or of the error.
		want []string
	}{
		"same":                        {text, nil, reel.WaySame, []string{text, "duration=5", "!seed="}},
		"new seed":                    {text, nil, reel.WaySeed, []string{text, "!seed=", "origin=seed"}},
		"words":                       {text, nil, reel.WayWords, []string{"seed=7"}},
		"next model":                  {text, nil, reel.WayModel, []string{"t2v-720p", "was=" + text}},
		"after the last the first":    {"bytedance/seedance-v1-lite-t2v-1080p", nil, reel.WayModel, []string{text}},
		"next of those with a place":  {image, first, reel.WayModel, []string{"i2v-720p", "first_frame=/a.png"}},
		"longer":                      {text, nil, reel.WayLonger, []string{"duration=6"}},
		"longer than it makes":        {text, catalogue.Values{catalogue.RoleDuration: catalogue.Int(12)}, reel.WayLonger, []string{"makes none that is longer"}},
		"ratio":                       {text, catalogue.Values{catalogue.RoleAspectRatio: catalogue.Text("16:9")}, reel.WayRatio, []string{"aspect_ratio=", "!aspect_ratio=16:9"}},
		"elsewhere":                   {"bytedance/seedance-v1-pro-t2v-480p", nil, reel.WayElsewhere, []string{"!wavespeed", "origin=elsewhere", "resolution=480p"}},
		"go on, and its sibling":      {text, nil, reel.WayGoOn, []string{image, "was=" + text, "first_frame=/f.png", "origin=continued", "continues=s1", "shot=;"}},
		"go on":                       {image, catalogue.Values{catalogue.RoleFirstFrame: catalogue.Media("/a.png"), catalogue.RoleLastFrame: catalogue.Media("/b.png")}, reel.WayGoOn, []string{image, "!was", "first_frame=/f.png", "!last_frame"}},
		"loop":                        {two, first, reel.WayLoop, []string{two, "first_frame=/a.png", "last_frame=/a.png", "shot=s1;"}},
		"loop, and its sibling":       {text, nil, reel.WayLoop, []string{image, "first_frame=/f.png", "last_frame=/f.png"}},
		"last frame":                  {image, first, reel.WayLast, []string{image, "first_frame=/a.png", "last_frame=/f.png"}},
		"last frame without a first":  {text, nil, reel.WayLast, []string{image, "!first_frame", "last_frame=/f.png"}},
		"reference":                   {text, nil, reel.WayReference, []string{"lite/reference-to-video", "reference_images=/f.png"}},
		"reference beside a first":    {two, first, reel.WayReference, []string{"reference_images=/f.png", "!first_frame"}},
		"no final of what is no pick": {text, nil, reel.WayFinal, []string{"pick this take first"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := made(t, c, x.model, x.values)
			k := &reel.Maker{Catalogue: c}
			got := tell(k.Next(j, nil, x.way, "/f.png"))
			for _, w := range x.want {
				if not, ok := strings.CutPrefix(w, "!"); ok && strings.Contains(got, not) || !ok && !strings.Contains(got, w) {
					t.Errorf("%s: it is %s", w, got)
				}
			}
		})
	}
}

// tell returns what a take would be, in one line.
func tell(n *reel.Next, err error) string {
	if err != nil {
		return err.Error()
	}
	out := n.Model.Provider + " " + n.Model.ID + " shot=" + n.Taken.Shot + "; continues=" + n.Taken.Continues + " origin=" + string(n.Taken.Origin)
	if n.Was != nil {
		out += " was=" + n.Was.ID
	}
	for r, v := range n.Values {
		out += " " + string(r) + "=" + v.String()
	}
	return out
}

func TestAFinalIsAsTheShotWantsIt(t *testing.T) {
	t.Parallel()
	c := shelf(t)
	j := made(t, c, "bytedance/seedance-v1-lite-t2v-480p", nil)
	j.Pick = true
	s := &reel.Shot{ID: "s1", Takes: []*job.Job{j}}
	k := &reel.Maker{Catalogue: c}
	if got := tell(k.Next(j, s, reel.WayFinal, "")); !strings.Contains(got, "t2v-1080p") || !strings.Contains(got, "seed=7") || !strings.Contains(got, "origin=final") {
		t.Errorf("without a wish it is %s", got)
	}
	s.Final = reel.Spec{Model: c.Find("bytedance/seedance-2.0/text-to-video")[0].Ref(), Resolution: "1080p"}
	n, err := k.Next(j, s, reel.WayFinal, "")
	if got := tell(n, err); !strings.Contains(got, "seedance-2.0") || !strings.Contains(got, "resolution=1080p") {
		t.Errorf("it is %s", got)
	}
	// The reel knows it under the same key.
	making := &reel.Making{Mode: reel.AsFinal, Models: c.Model, Look: func(string) (catalogue.Facts, error) { return catalogue.Facts{}, nil }}
	parts, problems := making.Plan(&reel.Reel{Shots: []*reel.Shot{s}})
	if len(parts) != 1 || parts[0].Taken.Key != n.Taken.Key {
		t.Errorf("a reel makes %+v, %v, and not %q", parts, problems, n.Taken.Key)
	}
	s.Final = reel.Spec{}
	j.Model, j.Values = "bytedance/seedance-v1-lite-t2v-1080p", j.Values.Clone()
	if got := tell(k.Next(j, s, reel.WayFinal, "")); !strings.Contains(got, "best quality of its family") {
		t.Errorf("of the best it is %s", got)
	}
}

// Every way of every model either says what is in the way, or is a request
// that its model takes.
func TestEveryWayOfEveryModelIsValidOrSaid(t *testing.T) {
	t.Parallel()
	c := shelf(t)
	look := func(string) (catalogue.Facts, error) { return catalogue.Facts{}, nil }
	k := &reel.Maker{Catalogue: c}
	for _, m := range c.All() {
		if !m.MakesVideo() {
			continue
		}
		v := catalogue.Values{}
		for _, f := range m.Fields {
			if f.Media != nil && f.Required {
				v[f.Role] = catalogue.Media("/" + f.Media.Kind + ".png")
			}
		}
		j := made(t, c, m.Ref().String(), v)
		if errs := catalogue.Validate(m, j.Values, look); len(errs) > 0 {
			continue
		}
		for _, way := range reel.Ways() {
			n, err := k.Next(j, nil, way, "/f.png")
			if err != nil {
				continue
			}
			for _, e := range catalogue.Validate(n.Model, n.Model.Fill(n.Values), look) {
				if way == reel.WayLast && !n.Values[catalogue.RoleFirstFrame].IsSet() { // to be added
					continue
				}
				t.Errorf("%s of %s: %v", way, m.Ref(), e)
			}
		}
	}
}
