package agent

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"seedreel/client/near"
	"seedreel/client/usd"
)

// clipInput describes a clip.
type clipInput struct {
	Model  string         `json:"model,omitempty" jsonschema:"model as service:id or a part of its id; see the tool models"`
	Prompt string         `json:"prompt,omitempty" jsonschema:"what should happen in the clip"`
	Images []string       `json:"images,omitempty" jsonschema:"pictures, a path on this machine or a link, in the order of the model's fields"`
	Values map[string]any `json:"values,omitempty" jsonschema:"the model's other fields by their flag, such as duration, resolution, aspect-ratio, seed; see the tool models"`
	Count  int            `json:"count,omitempty" jsonschema:"number of clips; 1 unless given"`
}

type submitInput struct {
	clipInput
	MaxCost float64  `json:"max_cost_usd" jsonschema:"the most that all of this may cost, in dollars; nothing is ordered above it"`
	Key     string   `json:"key,omitempty" jsonschema:"a name for this order: the same key never orders twice"`
	Labels  []string `json:"labels,omitempty" jsonschema:"words to find the clips by"`
	Shot    string   `json:"shot,omitempty" jsonschema:"number, name or id of the shot of the open reel that this is a take of"`
}

type waitInput struct {
	Jobs    []string `json:"jobs,omitempty" jsonschema:"ids of jobs; all that are open unless given"`
	Seconds int      `json:"seconds,omitempty" jsonschema:"how long to wait at most, up to 600; 60 unless given"`
}

type makeInput struct {
	Reel    string  `json:"reel,omitempty" jsonschema:"name or id of a reel; the open one unless given"`
	Shots   string  `json:"shots,omitempty" jsonschema:"only these shots: 3, 3..5 or 1,4..6"`
	Draft   bool    `json:"draft,omitempty" jsonschema:"as the shots' drafts"`
	Final   bool    `json:"final,omitempty" jsonschema:"the picks, as the shots' finals"`
	MaxCost float64 `json:"max_cost_usd" jsonschema:"the most that all of it may cost, in dollars"`
}

// longestWait is how long a call may wait, in seconds: clients give up on calls
// that last longer.
const longestWait = 600

// order adds the tools that order clips or go on with them.
func (t *tools) order(s *mcp.Server) {
	add(t, s, acts("submit", "Order clips. They are paid for unless the program is in practice. Returns when the service has them, before they are made: then wait.", false),
		func(in submitInput) ([]string, string, error) {
			args, prompt, err := t.clip("submit", &in.clipInput)
			if err != nil {
				return nil, "", err
			}
			most, err := t.ceiling(in.MaxCost)
			if err != nil {
				return nil, "", err
			}
			args = flags(args, "max-cost", most, "key", in.Key, "shot", in.Shot)
			for _, l := range in.Labels {
				args = append(args, "--label="+l)
			}
			return t.agreed(args), prompt, nil
		})
	add(t, s, acts("wait", "Go on with jobs until their clips are saved, or the time is over. It orders nothing new.", true),
		func(in waitInput) ([]string, string, error) {
			if in.Seconds == 0 {
				in.Seconds = 60
			}
			if in.Seconds < 1 || in.Seconds > longestWait {
				return nil, "", fmt.Errorf("seconds is %d; it must be 1 to %d", in.Seconds, longestWait)
			}
			args := []string{"wait", "--json", "--timeout=" + strconv.Itoa(in.Seconds) + "s", "--"}
			return append(args, in.Jobs...), "", nil
		})
	add(t, s, acts("reel_make", "Order what of a reel is not made yet, in one order. Made again it makes nothing twice.", true),
		func(in makeInput) ([]string, string, error) {
			most, err := t.ceiling(in.MaxCost)
			if err != nil {
				return nil, "", err
			}
			args := flags([]string{"reel", "make", "--json"}, "max-cost", most, "shot", in.Shots)
			if in.Draft {
				args = append(args, "--draft")
			}
			if in.Final {
				args = append(args, "--final")
			}
			args = t.agreed(args)
			if in.Reel != "" {
				args = append(args, "--", in.Reel)
			}
			return args, "", nil
		})
}

// acts marks a tool that orders something or speaks to a service.
func acts(name, description string, again bool) *mcp.Tool {
	no, yes := false, true
	return &mcp.Tool{Name: name, Description: description, Annotations: &mcp.ToolAnnotations{DestructiveHint: &no, IdempotentHint: again, OpenWorldHint: &yes}}
}

// agreed adds the answer to the question about a price that is below the
// ceiling.
func (t *tools) agreed(args []string) []string {
	if t.o.Yes {
		args = append(args, "--yes")
	}
	return args
}

// ceiling checks the most that a call may cost.
func (t *tools) ceiling(n float64) (string, error) {
	text := strconv.FormatFloat(n, 'f', -1, 64)
	most, err := usd.Parse(text)
	if err != nil || most <= 0 {
		return "", errors.New("max_cost_usd must be an amount of dollars above 0")
	}
	if t.o.Most > 0 && most > t.o.Most {
		return "", fmt.Errorf("max_cost_usd is %s; it must be at most %s, as the person who started this server allows", most, t.o.Most)
	}
	return text, nil
}

// clip returns the command line for a clip. The prompt goes through the input:
// as an argument, "-" would mean something else.
func (t *tools) clip(command string, in *clipInput) (args []string, prompt string, err error) {
	args = flags([]string{command, "--json"}, "model", in.Model)
	if in.Count != 0 {
		args = append(args, "--count="+strconv.Itoa(in.Count))
	}
	for _, i := range in.Images {
		args = append(args, "--image="+i)
	}
	for _, name := range slices.Sorted(maps.Keys(in.Values)) {
		flag := strings.ReplaceAll(name, "_", "-")
		if !slices.Contains(t.o.Fields, flag) || flag == "prompt" {
			if meant := near.Meant(flag, t.o.Fields); meant != "" {
				return nil, "", fmt.Errorf("values: there is no field %q; did you mean %s?", name, meant)
			}
			return nil, "", fmt.Errorf("values: there is no field %q; the tool models lists those of a model", name)
		}
		list, ok := in.Values[name].([]any)
		if !ok {
			list = []any{in.Values[name]}
		}
		for _, v := range list {
			text, err := word(v)
			if err != nil {
				return nil, "", fmt.Errorf("values: %s %w", name, err)
			}
			args = append(args, "--"+flag+"="+text)
		}
	}
	if in.Prompt != "" {
		args = append(args, "--prompt-file=-")
	}
	return args, in.Prompt, nil
}

// word returns a JSON value as the value of a flag.
func word(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case bool:
		return strconv.FormatBool(v), nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	}
	return "", errors.New("must be a text, a number, or true or false")
}

// flags adds flags that have a value, by name and value.
func flags(args []string, pairs ...string) []string {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			args = append(args, "--"+pairs[i]+"="+pairs[i+1])
		}
	}
	return args
}
