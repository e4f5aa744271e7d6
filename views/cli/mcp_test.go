package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// served runs "seedreel mcp" and returns a client of it.
func served(t *testing.T, args ...string) *mcp.ClientSession {
	t.Helper()
	home := filepath.Join(t.TempDir(), "home")
	if err := writeSettings(home, ""); err != nil {
		t.Fatal(err)
	}
	o := options(func(name string) string {
		return map[string]string{"SEEDREEL_HOME": home, "HOME": filepath.Dir(home)}[name]
	}, time.Now)
	fromClient, toServer := io.Pipe()
	fromServer, toClient := io.Pipe()
	o.Args, o.In, o.Out, o.Err = append([]string{"mcp"}, args...), fromClient, toClient, io.Discard
	ended := make(chan int, 1)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context())) // it ends before the cleanup
	go func() {
		ended <- Run(ctx, o)
		_ = toClient.Close() // the client sees the end
	}()
	session, err := mcp.NewClient(&mcp.Implementation{Name: "test"}, nil).Connect(t.Context(), &mcp.IOTransport{Reader: fromServer, Writer: toServer}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		defer stop()
		if err := errors.Join(session.Close(), toServer.Close()); err != nil {
			t.Error(err)
		}
		if code := <-ended; code != ExitOK {
			t.Errorf("exit code %d", code)
		}
	})
	return session
}

// called is what a tool returned.
type called struct {
	Results []struct {
		ID, State, Shape, Path string
		Practice               bool
		Price                  struct {
			Total float64 `json:"total_usd"`
		}
	}
	Errors []struct {
		Code          int
		Kind, Message string
	}
}

func callTool(t *testing.T, s *mcp.ClientSession, tool string, args map[string]any) (called, bool) {
	t.Helper()
	r, err := s.CallTool(t.Context(), &mcp.CallToolParams{Name: tool, Arguments: args})
	if err != nil {
		t.Fatalf("%s: %v", tool, err)
	}
	b, err := json.Marshal(r.StructuredContent)
	var x called
	if err != nil || json.Unmarshal(b, &x) != nil {
		t.Fatalf("%s returned %s: %v", tool, b, err)
	}
	return x, r.IsError
}

// TestAnAgentMakesAClip uses the server as an agent does, from the models to
// the clip on disk.
func TestAnAgentMakesAClip(t *testing.T) {
	t.Parallel()
	s := served(t)
	const model = "wavespeed:bytedance/seedance-v1-lite-t2v-480p"
	if x, bad := callTool(t, s, "models", nil); bad || len(x.Results) < 10 || x.Results[0].Shape != "model/1" {
		t.Errorf("models: %+v", x)
	}
	order := map[string]any{"model": model, "prompt": "A lake at dawn", "values": map[string]any{"duration": 5, "seed": 7}}
	if x, bad := callTool(t, s, "estimate", order); bad || len(x.Results) != 1 || x.Results[0].Price.Total != 0.08 {
		t.Errorf("estimate: %+v", x)
	}
	order["max_cost_usd"], order["key"] = 0.07, "lake"
	if x, bad := callTool(t, s, "submit", order); !bad || len(x.Errors) != 1 || x.Errors[0].Kind != "no_funds" {
		t.Errorf("above the ceiling: %+v", x)
	}
	order["max_cost_usd"] = 0.08
	var id string
	for range 2 { // the key makes the second the same
		x, bad := callTool(t, s, "submit", order)
		if bad || len(x.Results) != 1 || !x.Results[0].Practice || id != "" && x.Results[0].ID != id {
			t.Fatalf("submit: %+v", x)
		}
		id = x.Results[0].ID
	}
	if x, bad := callTool(t, s, "wait", map[string]any{"jobs": []string{id}}); bad || len(x.Results) != 1 || x.Results[0].State != "saved" || x.Results[0].Path == "" {
		t.Fatalf("wait: %+v", x)
	}
	for tool, args := range map[string]map[string]any{"jobs": nil, "history": {"search": "lake"}, "show": {"job": id}} {
		if x, bad := callTool(t, s, tool, args); bad || len(x.Results) != 1 || x.Results[0].ID != id {
			t.Errorf("%s: %+v", tool, x)
		}
	}
	if x, bad := callTool(t, s, "show", map[string]any{"job": "nosuchjob"}); !bad || x.Errors[0].Code != ExitNotFound {
		t.Errorf("no such job: %+v", x)
	}
	if x, bad := callTool(t, s, "reel", nil); bad || x.Results[0].Shape != "reel/1" {
		t.Errorf("reel: %+v", x)
	}
}

// TestTheServerWritesOnlyItsProtocol checks that every line is JSON-RPC.
func TestTheServerWritesOnlyItsProtocol(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	o := options(func(name string) string { return map[string]string{"SEEDREEL_HOME": home}[name] }, time.Now)
	in := `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}
{"jsonrpc":"2.0","method":"notifications/initialized"}
{"jsonrpc":"2.0","id":2,"method":"tools/list"}
`
	out, to := io.Pipe()
	rest, feed := io.Pipe()
	o.Args, o.In, o.Out, o.Err = []string{"mcp", "--read-only"}, io.MultiReader(strings.NewReader(in), rest), to, io.Discard
	ended := make(chan int, 1)
	go func() { ended <- Run(t.Context(), o) }()
	lines := bufio.NewReader(out)
	for range 2 {
		line, err := lines.ReadString('\n')
		var x struct{ JSONRPC string }
		if err != nil || json.Unmarshal([]byte(line), &x) != nil || x.JSONRPC != "2.0" {
			t.Fatalf("%q: %v", line, err)
		}
	}
	_ = feed.Close() // the client hangs up
	if code := <-ended; code != ExitOK {
		t.Errorf("exit code %d", code)
	}
}
