package simulator_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"seedreel/assets"
	"seedreel/client"
	"seedreel/client/aimlapi"
	"seedreel/client/catalogue"
	"seedreel/client/rest"
	"seedreel/client/secret"
	"seedreel/client/simulator"
	"seedreel/client/wavespeed"
)

// TestTheClientsAgree runs the program's own clients against the simulator,
// over the pipe, from the local picture to the bytes of the clip.
func TestTheClientsAgree(t *testing.T) {
	t.Parallel()
	type roles = catalogue.Values
	tests := []struct {
		name, provider, model string
		values                roles
		pictures              catalogue.Role
	}{
		{"references", "wavespeed", "bytedance/seedance-v1-lite/reference-to-video", roles{catalogue.RoleDuration: catalogue.Int(2)}, catalogue.RoleReferenceImages},
		{"text", "wavespeed", "bytedance/seedance-v1-lite-t2v-480p", roles{catalogue.RoleDuration: catalogue.Int(3), catalogue.RoleAspectRatio: catalogue.Text("21:9")}, ""},
		{"first image, other service", "aimlapi", "bytedance/seedance-1-0-lite-i2v", roles{catalogue.RoleDuration: catalogue.Int(5), catalogue.RoleResolution: catalogue.Text("480p"), catalogue.RoleCameraFixed: catalogue.Bool(true)}, catalogue.RoleFirstFrame},
		{"first image", "wavespeed", "bytedance/seedance-v1-lite-i2v-480p", roles{catalogue.RoleDuration: catalogue.Int(12)}, catalogue.RoleFirstFrame},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, err := catalogue.Load(assets.Models())
				if err != nil {
					t.Fatal(err)
				}
				s, err := simulator.New(simulator.Options{Catalogue: catalogue.NewShelf(c), Now: time.Now})
				if err != nil {
					t.Fatal(err)
				}
				base, dial, stop := s.Pipe()
				defer stop()
				p, idle := provider(t, tt.provider, rest.Config{Base: base, Dial: dial, Key: secret.New("practice"), Now: time.Now})
				defer idle()
				tt.values[catalogue.RolePrompt] = catalogue.Text("a lake at dusk & <more>")
				tt.values[catalogue.RoleSeed] = catalogue.Int(42)
				if tt.pictures != "" {
					tt.values[tt.pictures] = catalogue.Media(handOver(t, p))
				}
				m := c.Model(catalogue.Ref{Provider: tt.provider, ID: tt.model})
				made, err := p.Submit(t.Context(), client.Request{Model: m, Values: tt.values, Token: "job-1"})
				if err != nil {
					t.Fatal(err)
				}
				clip := download(t, dial, wait(t, p, m, made.ID))
				if !bytes.Contains(clip, []byte("simulated "+made.ID)) {
					t.Errorf("the clip's %d bytes are not those of %s", len(clip), made.ID)
				}
				task := s.Tasks()[0]
				if task.ID != made.ID || task.Seed != 42 || len(task.Dropped) != 0 || task.Values.Text(catalogue.RolePrompt) != tt.values.Text(catalogue.RolePrompt) {
					t.Errorf("the record is %+v", task)
				}
			})
		})
	}
}

func provider(t *testing.T, name string, c rest.Config) (client.Provider, func()) {
	t.Helper()
	if name == "wavespeed" {
		p, err := wavespeed.New(c)
		if err != nil {
			t.Fatal(err)
		}
		return p, p.CloseIdle
	}
	p, err := aimlapi.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return p, p.CloseIdle
}

func handOver(t *testing.T, p client.Provider) string {
	t.Helper()
	data, _ := assets.SampleImage("lake.jpg")
	link, err := p.HandOver(t.Context(), client.File{
		Name: "lake.jpg", MIME: "image/jpeg", Size: int64(len(data)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil },
	}, func(int64, int64) {})
	if err != nil {
		t.Fatal(err)
	}
	return link
}

// wait polls to the end, in a minute or two of the bubble's time.
func wait(t *testing.T, p client.Provider, m *catalogue.Model, id string) string {
	t.Helper()
	var seen []client.Status
	for range 40 {
		got, err := p.Fetch(t.Context(), m, id)
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, got.Status)
		if got.Status == client.StatusCompleted {
			return got.Outputs[0].URL
		}
		time.Sleep(5 * time.Second)
	}
	t.Fatalf("never completed: %v", seen)
	return ""
}

func download(t *testing.T, dial func(context.Context, string, string) (net.Conn, error), link string) []byte {
	t.Helper()
	if !strings.HasPrefix(link, simulator.BasePipe) {
		t.Fatalf("link %s", link)
	}
	way := &http.Transport{DialContext: dial}
	defer way.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, link, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := way.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	clip, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("status %d, %v", res.StatusCode, err)
	}
	return clip
}
