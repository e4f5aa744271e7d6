package agent

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	_ "image/png" // what the frame command writes
	"os"
	"path/filepath"
	"strconv"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"golang.org/x/image/draw"
)

type modelsInput struct {
	Model   string `json:"model,omitempty" jsonschema:"a model as service:id or a part of its id: its fields, ranges and price; without it, all models are listed"`
	Service string `json:"service,omitempty" jsonschema:"only models of this service"`
	Task    string `json:"task,omitempty" jsonschema:"only models for this task, such as text-to-video"`
}

type jobsInput struct{}

type showInput struct {
	Job   string `json:"job" jsonschema:"the id of a job"`
	Still *bool  `json:"still,omitempty" jsonschema:"show a picture of the clip, too; true unless given"`
}

type historyInput struct {
	Search string `json:"search,omitempty" jsonschema:"words of prompts, and filters such as model:lite state:saved state:failed label:dawn after:25nov cost:>0.20 is:pick"`
	Limit  int    `json:"limit,omitempty" jsonschema:"how many jobs at most, newest first; 20 unless given"`
}

type reelInput struct {
	Reel  string `json:"reel,omitempty" jsonschema:"name or id of a reel; the open one unless given"`
	List  bool   `json:"list,omitempty" jsonschema:"list all reels instead"`
	Price bool   `json:"price,omitempty" jsonschema:"price what is not made yet, shot by shot, instead"`
}

type costsInput struct {
	By   string `json:"by,omitempty" jsonschema:"day, model or service; day unless given"`
	Days int    `json:"days,omitempty" jsonschema:"how many days up to today; 90 unless given"`
}

// reads marks a tool that changes nothing and asks no service.
func reads(name, description string) *mcp.Tool {
	no := false
	return &mcp.Tool{Name: name, Description: description, Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true, IdempotentHint: true, OpenWorldHint: &no, DestructiveHint: &no}}
}

// look adds the tools that only read.
func (t *tools) look(s *mcp.Server) {
	add(t, s, reads("models", "List the models that can make a clip with their prices, or show one with all its fields."), func(in modelsInput) ([]string, string, error) {
		if in.Model != "" {
			return []string{"models", "show", "--json", "--", in.Model}, "", nil
		}
		return flags([]string{"models", "list", "--json"}, "service", in.Service, "task", in.Task), "", nil
	})
	add(t, s, reads("estimate", "Price clips by the price list, instantly; nothing is made or billed. Prompt and pictures may be left out."), func(in clipInput) ([]string, string, error) {
		return t.clip("estimate", &in)
	})
	add(t, s, reads("jobs", "List what is under way, waits for a decision, or ended in the last 24 hours."), func(jobsInput) ([]string, string, error) {
		return []string{"jobs", "--json"}, "", nil
	})
	add(t, s, reads("history", "Search all jobs there ever were, newest first."), func(in historyInput) ([]string, string, error) {
		if in.Limit == 0 {
			in.Limit = 20
		}
		args := []string{"history", "--json", "--limit=" + strconv.Itoa(in.Limit)}
		if in.Search != "" {
			args = append(args, "--", in.Search)
		}
		return args, "", nil
	})
	add(t, s, reads("reel", "Show the shots of a reel with their takes, list all reels, or price what is still to be made."), func(in reelInput) ([]string, string, error) {
		args := []string{"reel", "show", "--json"}
		switch {
		case in.List:
			return []string{"reel", "list", "--json"}, "", nil
		case in.Price:
			args[1] = "price"
		}
		if in.Reel != "" {
			args = append(args, "--", in.Reel)
		}
		return args, "", nil
	})
	add(t, s, reads("costs", "Add up what clips have cost."), func(in costsInput) ([]string, string, error) {
		args := flags([]string{"costs", "--json"}, "by", in.By)
		if in.Days > 0 {
			args = append(args, "--days="+strconv.Itoa(in.Days))
		}
		return args, "", nil
	})
	mcp.AddTool(s, reads("show", "Show everything about a job: state, price, where the clip is, and a picture of it."),
		func(ctx context.Context, _ *mcp.CallToolRequest, in showInput) (*mcp.CallToolResult, any, error) {
			r := t.run(ctx, []string{"show", "--json", "--", in.Job}, "")
			if r.code == 0 && (in.Still == nil || *in.Still) {
				r.more = t.still(ctx, in.Job)
			}
			return r.result(), nil, nil
		})
}

// still returns a picture of a job's clip, or why there is none.
func (t *tools) still(ctx context.Context, job string) []mcp.Content {
	why := func(err error) []mcp.Content {
		return []mcp.Content{&mcp.TextContent{Text: "No picture: " + err.Error()}}
	}
	dir, err := os.MkdirTemp("", "seedreel-still-")
	if err != nil {
		return why(err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // a leftover picture does no harm
	file := filepath.Join(dir, "still.png")
	r := t.run(ctx, []string{"frame", "--json", "--first", "--output=" + file, "--", job}, "")
	if r.code != 0 {
		if len(r.faults) == 0 {
			return nil
		}
		return []mcp.Content{&mcp.TextContent{Text: "No picture: " + string(r.faults[0])}}
	}
	b, err := thumbnail(file)
	if err != nil {
		return why(err)
	}
	return []mcp.Content{&mcp.ImageContent{Data: b, MIMEType: "image/jpeg"}}
}

// stillSide bounds a picture: enough to judge a clip by, and few tokens.
const stillSide = 768

// thumbnail returns a picture file as a JPEG of limited size.
func thumbnail(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // read only
	from, _, err := image.Decode(f)
	if err != nil {
		return nil, err
	}
	size := from.Bounds()
	if longest := max(size.Dx(), size.Dy()); longest > stillSide {
		size = image.Rect(0, 0, max(size.Dx()*stillSide/longest, 1), max(size.Dy()*stillSide/longest, 1))
	}
	to := image.NewRGBA(image.Rect(0, 0, size.Dx(), size.Dy()))
	draw.ApproxBiLinear.Scale(to, to.Bounds(), from, from.Bounds(), draw.Src, nil)
	var b bytes.Buffer
	err = jpeg.Encode(&b, to, &jpeg.Options{Quality: 80})
	return b.Bytes(), err
}
