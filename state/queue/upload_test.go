package queue

import (
	"context"
	"strings"
	"testing"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/state/internal/guard"
	"seedreel/state/job"
)

// masked is an order of a model whose media fields have roles of their own,
// like those learnt from a service's schema.
func (r *rig) masked(v catalogue.Values) wish {
	o := r.order()
	o.Model = r.cat.Model(catalogue.Ref{Provider: "wavespeed", ID: "v/masked"})
	o.Values = catalogue.Values{catalogue.RolePrompt: catalogue.Text("a fox")}
	for role, x := range v {
		o.Values[role] = x
	}
	return o
}

func TestMediaOfAnyRoleAreHandedOver(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]func(path string) catalogue.Value{
		"media": func(path string) catalogue.Value { return catalogue.Media(path) },
		// Stored by a version, or for a model, that took the field for text.
		"text": catalogue.Text,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			mask, pose := r.file("mask.png", "m"), r.file("pose.mp4", "p")
			r.add(r.masked(catalogue.Values{"mask_image": value(mask), "pose_clips": value(pose)}))
			r.want(r.only(Submit).Job, job.Submitted, "")
			body, err := r.svc.requests[0].Model.Body(r.svc.requests[0].Values)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range []string{`"mask_image":"https://up.test/mask.png"`, `"pose_clips":["https://up.test/pose.mp4"]`} {
				if !strings.Contains(string(body), want) {
					t.Errorf("the body is %s, without %s", body, want)
				}
			}
			if strings.Contains(string(body), r.dir) {
				t.Errorf("a path was sent: %s", body)
			}
		})
	}
}

func TestARetryHandsTextInAMediaFieldOver(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	mask := r.file("mask.png", "m")
	r.svc.submit = func(context.Context, client.Request) (client.Prediction, error) {
		return client.Prediction{}, fault(client.KindInvalid)
	}
	r.add(r.masked(catalogue.Values{"mask_image": catalogue.Text(mask)}))
	old := r.only(Submit).Job
	r.want(old, job.Failed, job.ReasonInvalid)
	r.svc.submit = nil
	once := job.New("aaaaaaaaaaaa", r.clock.now(), old.Wanted())
	if _, err := r.store.Insert(t.Context(), []*job.Job{once}, guard.New(guard.Terms{})); err != nil {
		t.Fatal(err)
	}
	r.want(r.only(Submit).Job, job.Submitted, "")
	if got := r.svc.requests[1].Values.Media("mask_image"); len(got) != 1 || got[0] != "https://up.test/mask.png" {
		t.Errorf("sent %v", got)
	}
}

func TestNoPathLeavesAsText(t *testing.T) {
	t.Parallel()
	there := newRig(t).file("grade.png", "g")
	for _, c := range []struct {
		name string
		v    catalogue.Values
		sent bool
	}{
		{"a file that is there", catalogue.Values{"grade": catalogue.Text(there)}, false},
		{"a path to nothing", catalogue.Values{"grade": catalogue.Text("./nowhere.png")}, false},
		{"a path from home", catalogue.Values{"grade": catalogue.Text("~/nowhere.png")}, false},
		{"an address of a file", catalogue.Values{"grade": catalogue.Text("FILE:///etc/hosts")}, false},
		{"a prompt that is a file", catalogue.Values{catalogue.RolePrompt: catalogue.Text(there)}, false},
		{"a prompt that names one", catalogue.Values{catalogue.RolePrompt: catalogue.Text("like " + there)}, true},
		{"a prompt with a slash", catalogue.Values{catalogue.RolePrompt: catalogue.Text("/imagine")}, true},
		{"words", catalogue.Values{"grade": catalogue.Text("warm/cold")}, true},
		{"a link", catalogue.Values{"grade": catalogue.Text("https://e.com/a.png")}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.add(r.masked(c.v))
			out := r.only(Submit)
			if c.sent {
				r.want(out.Job, job.Submitted, "")
				return
			}
			r.want(out.Job, job.Failed, job.ReasonFile)
			if r.svc.posts() != 0 || out.Job.Attempt != 0 || out.Job.MaybeBilled() {
				t.Errorf("%d POSTs, job %+v", r.svc.posts(), out.Job)
			}
		})
	}
}

func TestNoMediaLeavesWithoutBeingHandedOver(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.svc.handOver = func(client.File) (string, error) { return "/still/here.png", nil }
	r.add(r.masked(catalogue.Values{"mask_image": catalogue.Media(r.file("mask.png", "m"))}))
	r.want(r.only(Submit).Job, job.Failed, job.ReasonFile)
	if r.svc.posts() != 0 {
		t.Error("it was sent")
	}
}
