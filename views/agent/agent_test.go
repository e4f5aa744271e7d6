package agent

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"seedreel/client/usd"
)

// stage is a server beside a client, and what it ran.
type stage struct {
	client *mcp.ClientSession
	ran    []string
	input  string
	code   int
}

func onStage(t *testing.T, o Options) *stage {
	t.Helper()
	s := &stage{}
	o.Fields = []string{"duration", "seed", "camera-fixed", "prompt", "reference-images"}
	o.StillWorking = 8
	o.Run = func(_ context.Context, args []string, in io.Reader, out, errs io.Writer) int {
		s.ran = append(s.ran, strings.Join(args, " "))
		b, _ := io.ReadAll(in)
		s.input = string(b)
		for _, a := range args {
			if file, ok := strings.CutPrefix(a, "--output="); ok {
				var b bytes.Buffer
				_ = png.Encode(&b, image.NewGray(image.Rect(0, 0, 1600, 900)))
				_ = os.WriteFile(file, b.Bytes(), 0o600)
			}
		}
		_, _ = fmt.Fprintln(out, `{"id":"abc","shape":"job/1"}`)
		_, _ = fmt.Fprintln(errs, "a remark")
		if s.code != 0 {
			_, _ = fmt.Fprintf(errs, "{\"code\":%d,\"message\":\"no\"}\n", s.code)
		}
		return s.code
	}
	here, there := mcp.NewInMemoryTransports()
	if _, err := Server(o).Connect(t.Context(), there, nil); err != nil {
		t.Fatal(err)
	}
	client, err := mcp.NewClient(&mcp.Implementation{Name: "test"}, nil).Connect(t.Context(), here, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	s.client = client
	return s
}

func (s *stage) call(t *testing.T, tool string, args map[string]any) *mcp.CallToolResult {
	t.Helper()
	s.ran = nil
	r, err := s.client.CallTool(t.Context(), &mcp.CallToolParams{Name: tool, Arguments: args})
	if err != nil {
		return &mcp.CallToolResult{IsError: true, Content: []mcp.Content{&mcp.TextContent{Text: err.Error()}}}
	}
	return r
}

func text(r *mcp.CallToolResult) string {
	if len(r.Content) == 0 {
		return ""
	}
	x, _ := r.Content[0].(*mcp.TextContent)
	return x.Text
}

// TestCallsBecomeCommandLines checks what each call runs.
func TestCallsBecomeCommandLines(t *testing.T) {
	t.Parallel()
	s := onStage(t, Options{})
	for _, tc := range []struct {
		tool string
		args map[string]any
		want string
	}{
		{"models", nil, "models list --json"},
		{"models", map[string]any{"model": "--help"}, "models show --json -- --help"},
		{"models", map[string]any{"service": "a", "task": "i2v"}, "models list --json --service=a --task=i2v"},
		{"jobs", nil, "jobs --json"},
		{"history", map[string]any{"search": "-x state:saved"}, "history --json --limit=20 -- -x state:saved"},
		{"reel", map[string]any{"price": true, "reel": "R"}, "reel price --json -- R"},
		{"reel", map[string]any{"list": true}, "reel list --json"},
		{"costs", map[string]any{"by": "model", "days": 7}, "costs --json --by=model --days=7"},
		{"estimate", map[string]any{"values": map[string]any{"duration": 5, "camera_fixed": true}}, "estimate --json --camera-fixed=true --duration=5"},
		{
			"submit",
			map[string]any{"model": "m", "prompt": "-", "images": []string{"/a.png"}, "max_cost_usd": 0.5, "key": "k", "labels": []string{"x"}, "count": 2},
			"submit --json --model=m --count=2 --image=/a.png --prompt-file=- --max-cost=0.5 --key=k --label=x",
		},
		{"submit", map[string]any{"max_cost_usd": 1, "values": map[string]any{"reference-images": []string{"a", "b"}}}, "submit --json --reference-images=a --reference-images=b --max-cost=1"},
		{"wait", map[string]any{"jobs": []string{"abc"}, "seconds": 5}, "wait --json --timeout=5s -- abc"},
		{"reel_make", map[string]any{"max_cost_usd": 2, "shots": "3..5", "draft": true, "reel": "R"}, "reel make --json --max-cost=2 --shot=3..5 --draft -- R"},
	} {
		r := s.call(t, tc.tool, tc.args)
		if len(s.ran) != 1 || s.ran[0] != tc.want {
			t.Errorf("%s %v ran %q, want %q: %s", tc.tool, tc.args, s.ran, tc.want, text(r))
		}
		want := `{"results":[{"id":"abc","shape":"job/1"}],"remarks":["a remark"]}`
		if tc.tool == "wait" {
			want = `{"results":[{"id":"abc","shape":"job/1"}]}`
		}
		if text(r) != want {
			t.Errorf("%s: %s", tc.tool, text(r))
		}
	}
	s.call(t, "submit", map[string]any{"prompt": "- a list", "max_cost_usd": 1})
	if s.input != "- a list" {
		t.Errorf("the prompt is %q", s.input)
	}
}

// TestNothingIsOrderedWithoutACeiling checks what is refused before anything
// runs.
func TestNothingIsOrderedWithoutACeiling(t *testing.T) {
	t.Parallel()
	s := onStage(t, Options{Most: usd.Dollar})
	for _, args := range []map[string]any{
		{"prompt": "x"},
		{"prompt": "x", "max_cost_usd": 0},
		{"prompt": "x", "max_cost_usd": -1},
		{"prompt": "x", "max_cost_usd": 1.01},
		{"prompt": "x", "max_cost_usd": 1, "values": map[string]any{"yes": true}},
		{"prompt": "x", "max_cost_usd": 1, "values": map[string]any{"duration=5 --yes": 1}},
		{"prompt": "x", "max_cost_usd": 1, "values": map[string]any{"duration": map[string]any{}}},
		{"prompt": "x", "max_cost_usd": 1, "yes": true},
	} {
		if r := s.call(t, "submit", args); !r.IsError || len(s.ran) > 0 {
			t.Errorf("%v ran %q", args, s.ran)
		}
	}
	for _, n := range []int{-1, 601} {
		if r := s.call(t, "wait", map[string]any{"seconds": n}); !r.IsError || len(s.ran) > 0 {
			t.Errorf("waits for %d s", n)
		}
	}
	if r := s.call(t, "submit", map[string]any{"max_cost_usd": 1}); r.IsError {
		t.Error(text(r))
	}
}

// TestReadOnlyOffersNoOrders checks which tools there are, and that those which
// read say so.
func TestReadOnlyOffersNoOrders(t *testing.T) {
	t.Parallel()
	for readOnly, want := range map[bool]string{
		true:  "costs estimate history jobs models reel show",
		false: "costs estimate history jobs models reel reel_make show submit wait",
	} {
		s := onStage(t, Options{ReadOnly: readOnly})
		list, err := s.client.ListTools(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, x := range list.Tools {
			names = append(names, x.Name)
			if orders := slices.Contains([]string{"submit", "wait", "reel_make"}, x.Name); x.Annotations.ReadOnlyHint == orders {
				t.Errorf("%s: read only is %v", x.Name, !orders)
			}
		}
		slices.Sort(names)
		if got := strings.Join(names, " "); got != want {
			t.Errorf("tools are %s", got)
		}
	}
	s := onStage(t, Options{Yes: true})
	if s.call(t, "submit", map[string]any{"max_cost_usd": 1}); !strings.Contains(s.ran[0], "--yes") {
		t.Error("the person's agreement is not passed on")
	}
}

// TestErrorsAreResults checks that a failed command is an error of the tool
// with its object, and a wait that is over is none.
func TestErrorsAreResults(t *testing.T) {
	t.Parallel()
	s := onStage(t, Options{})
	s.code = 5
	r := s.call(t, "submit", map[string]any{"max_cost_usd": 1})
	var x struct {
		Errors []struct{ Code int }
	}
	if err := json.Unmarshal([]byte(text(r)), &x); err != nil || !r.IsError || len(x.Errors) != 1 || x.Errors[0].Code != 5 {
		t.Errorf("%v %s %v", r.IsError, text(r), err)
	}
	s.code = 8
	if r := s.call(t, "wait", nil); r.IsError || !strings.Contains(text(r), `"still_under_way":true`) {
		t.Error(text(r))
	}
	if r := s.call(t, "submit", map[string]any{"max_cost_usd": 1}); !r.IsError {
		t.Error("a submit that timed out failed")
	}
}

// TestShowHasAPicture checks the picture of a clip, made small.
func TestShowHasAPicture(t *testing.T) {
	t.Parallel()
	s := onStage(t, Options{})
	r := s.call(t, "show", map[string]any{"job": "abc"})
	if len(r.Content) != 2 {
		t.Fatalf("%d parts: %s", len(r.Content), text(r))
	}
	pic, ok := r.Content[1].(*mcp.ImageContent)
	if !ok || pic.MIMEType != "image/jpeg" {
		t.Fatalf("the second part is %T", r.Content[1])
	}
	size, _, err := image.DecodeConfig(bytes.NewReader(pic.Data))
	if err != nil || size.Width != stillSide || size.Height != 432 {
		t.Errorf("%v, %v", size, err)
	}
	if r := s.call(t, "show", map[string]any{"job": "abc", "still": false}); len(r.Content) != 1 || len(s.ran) != 1 {
		t.Errorf("ran %q", s.ran)
	}
}

// What a person would read beside the results reaches the agent, but for the
// progress of a wait; a mistyped field is answered with the nearest.
func TestRemarksReachTheAgent(t *testing.T) {
	t.Parallel()
	s := onStage(t, Options{})
	if got := text(s.call(t, "history", map[string]any{})); !strings.Contains(got, `"remarks":["a remark"]`) {
		t.Errorf("history: %s", got)
	}
	if got := text(s.call(t, "wait", map[string]any{})); strings.Contains(got, "remark") {
		t.Errorf("wait: %s", got)
	}
	if got := text(s.call(t, "estimate", map[string]any{"values": map[string]any{"durration": 5}})); !strings.Contains(got, "did you mean duration?") {
		t.Errorf("a mistyped field: %s", got)
	}
}
