package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"seedreel/client"
	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/client/rest"
	"seedreel/client/secret"
)

// seller is the id of a service, as the rows use it. All have the same address,
// as their paths differ.
type seller string

// sellers returns all services.
func sellers() []seller {
	var out []seller
	for _, d := range all.Services() {
		out = append(out, seller(d.ID))
	}
	return out
}

// uploader returns the first service that takes files.
func uploader() seller {
	for _, d := range all.Services() {
		if d.Can.Upload {
			return seller(d.ID)
		}
	}
	return ""
}

// sellerOf alternates, so that every row tries all services.
func sellerOf(round int) seller {
	list := sellers()
	return list[round%len(list)]
}

const proofKey = "sk-proof"

// keys returns the environment with a key for every service.
func keys(key string) []string {
	var env []string
	for _, d := range all.Services() {
		env = append(env, d.KeyVar+"="+key)
	}
	return env
}

// errNoModel is for rows that need a model the catalogue does not have.
var errNoModel = errors.New("the catalogue has no model for this")

// model returns a service's first model with a price for a task, such as
// "text-to-video": the bill lists no others.
func (l *lab) model(who seller, task string) *catalogue.Model {
	for _, m := range l.cat.All() {
		if m.Provider != string(who) || m.Task != task || !m.MakesVideo() || m.Lifecycle.Status == catalogue.LifeRetired {
			continue
		}
		if catalogue.EstimatePrice(m, m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text("a price")}), 0).Known {
			return m
		}
	}
	return &catalogue.Model{}
}

// offer returns the model of the nth order of a row: services take turns, and
// at a service its first model and an active one without a seed, whose requests
// differ in nothing but their time.
func (l *lab) offer(n int) *catalogue.Model {
	who := sellerOf(n)
	if round := n / len(sellers()); round%2 == 1 {
		if m := l.seedless(who); m != nil {
			return m
		}
	}
	return l.model(who, "text-to-video")
}

// buy has a clip made without running the program.
func (s *service) buy(ctx context.Context, m *catalogue.Model, v catalogue.Values) (string, error) {
	c := rest.Config{Base: s.base, Key: secret.New(proofKey), Version: "proof"}
	d, ok := all.Find(m.Provider)
	if !ok {
		return "", fmt.Errorf("there is no service %q", m.Provider)
	}
	p, err := d.New(c, d.Defaults())
	if err != nil {
		return "", fmt.Errorf("reaching the service: %w", err)
	}
	pred, err := p.Submit(ctx, client.Request{Model: m, Values: v})
	if err != nil {
		return "", fmt.Errorf("having a clip made: %w", err)
	}
	return pred.ID, nil
}

// The kinds of request that the rows interfere with.

func isSubmit(r *http.Request) bool {
	if r.Method != http.MethodPost {
		return false
	}
	path, isWaveSpeed := strings.CutPrefix(r.URL.Path, "/api/v3/")
	for _, other := range []string{"media/", "predictions", "model/", "billings", "user/"} {
		if isWaveSpeed && strings.HasPrefix(path, other) {
			return false
		}
	}
	return isWaveSpeed || strings.HasPrefix(path, "/v1/") || strings.HasPrefix(path, "/v2/")
}

func isPoll(r *http.Request) bool {
	return r.Method == http.MethodGet && (strings.HasPrefix(r.URL.Path, "/api/v3/predictions/") || r.URL.Query().Has("generation_id"))
}

// polled returns the job that a poll is about.
func polled(r *http.Request) string { return r.URL.Path + r.URL.Query().Get("generation_id") }

func isFetch(r *http.Request) bool {
	return r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, "/files/")
}

func isUpload(r *http.Request) bool {
	return r.Method == http.MethodPut || r.Method == http.MethodPost && strings.HasPrefix(r.URL.Path, "/api/v3/media/")
}

// isList reports a look into the list of what was made: the only way to find a
// request without an answer.
func isList(r *http.Request) bool {
	switch r.URL.Path {
	case "/api/v3/predictions", "/v2/logs":
		return true
	}
	return r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/contents/generations/tasks")
}

func isQuote(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/api/v3/model/pric") || r.URL.Path == "/v1/models" && r.URL.Query().Has("id")
}
