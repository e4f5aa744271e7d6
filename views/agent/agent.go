// Package agent is the program for agents: a server of the Model Context
// Protocol whose tools are the program's own commands. What a tool orders
// passes the same desk, limits and questions as what a person types, and its
// results are the JSON objects that the commands write.
package agent

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"seedreel/client/usd"
)

// Run runs one command line of the program with an input. It writes results to
// out and errors to errs, a JSON object a line, and returns the exit code.
type Run func(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) (code int)

// Options configures a server.
type Options struct {
	Run     Run
	Version string
	// Fields are the flags of a clip's fields. An agent sets no other flag.
	Fields []string
	// ReadOnly leaves out every tool that may change or order something.
	ReadOnly bool
	// Yes answers the question about a price with yes, as the person who
	// started the server agreed to all that is below a ceiling.
	Yes bool
	// Most is the highest ceiling that a call may name, 0 for any.
	Most usd.Micro
	// StillWorking is the exit code of a wait that is over before its jobs are.
	StillWorking int
}

// instructions is the text about the server that a client gives its model.
const instructions = `seedreel makes short video clips with paid services. Every clip costs money unless a result says "practice": true.
Look at models, then estimate, then submit with max_cost_usd, the most that the whole call may cost; ask the person before
you spend. A submitted clip takes a minute or more: call wait with its id, again if it is still under way, and never
submit the same once more because an answer is late. Give each order a key of its own: the same key orders nothing twice.
An error has a code, what is wrong and what would be right.`

// Server returns a server with its tools.
func Server(o Options) *mcp.Server {
	s := mcp.NewServer(&mcp.Implementation{Name: "seedreel", Title: "seedreel", Version: o.Version}, &mcp.ServerOptions{Instructions: instructions})
	t := &tools{o: o}
	t.look(s)
	if !o.ReadOnly {
		t.order(s)
	}
	return s
}

// Serve runs a server on two streams until the client closes them.
func Serve(ctx context.Context, o Options, in io.Reader, out io.Writer) error {
	err := Server(o).Run(ctx, &mcp.IOTransport{Reader: io.NopCloser(in), Writer: open{out}})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("serving: %w", err)
	}
	return nil
}

// open is a writer that is not ours to close.
type open struct{ io.Writer }

// Close does nothing.
func (open) Close() error { return nil }

// tools are the tools of one server.
type tools struct{ o Options }

// add adds a tool that runs a command line made from its input.
func add[In any](t *tools, s *mcp.Server, tool *mcp.Tool, line func(In) (args []string, in string, err error)) {
	mcp.AddTool(s, tool, func(ctx context.Context, _ *mcp.CallToolRequest, in In) (*mcp.CallToolResult, any, error) {
		args, text, err := line(in)
		if err != nil {
			return nil, nil, err
		}
		return t.run(ctx, args, text).result(), nil, nil
	})
}

// ran is what a command line wrote.
type ran struct {
	code    int
	results []json.RawMessage
	faults  []json.RawMessage
	// remarks are what a person would read beside the results.
	remarks []string
	// waiting is set if the jobs are still under way.
	waiting bool
	more    []mcp.Content
}

func (t *tools) run(ctx context.Context, args []string, in string) *ran {
	var out, errs bytes.Buffer
	r := &ran{code: t.o.Run(ctx, args, strings.NewReader(in), &out, &errs)}
	r.results, _ = objects(out.Bytes())
	r.faults, r.remarks = objects(errs.Bytes())
	if args[0] == "wait" {
		r.remarks = nil // they are its progress
	}
	r.waiting = r.code == t.o.StillWorking && args[0] == "wait"
	return r
}

// objects returns the lines that are JSON objects, and the others: remarks for a
// person.
func objects(b []byte) (out []json.RawMessage, remarks []string) {
	out = []json.RawMessage{}
	for line := range bytes.Lines(b) {
		line = bytes.TrimSpace(line)
		switch {
		case bytes.HasPrefix(line, []byte("{")) && json.Valid(line):
			out = append(out, json.RawMessage(line))
		case len(line) > 0:
			remarks = append(remarks, string(line))
		}
	}
	return out, remarks
}

// result returns results and errors as the protocol has them: structured, and
// as text for clients that read only that.
func (r *ran) result() *mcp.CallToolResult {
	type structure struct {
		Results []json.RawMessage `json:"results"`
		Errors  []json.RawMessage `json:"errors,omitempty"`
		Remarks []string          `json:"remarks,omitempty"`
		Waiting bool              `json:"still_under_way,omitempty"`
	}
	x := structure{Results: r.results, Errors: r.faults, Remarks: r.remarks, Waiting: r.waiting}
	text, err := json.Marshal(x)
	if err != nil {
		text = []byte(err.Error()) // valid JSON was read, so it can be written
	}
	return &mcp.CallToolResult{
		StructuredContent: json.RawMessage(text),
		Content:           append([]mcp.Content{&mcp.TextContent{Text: string(text)}}, r.more...),
		IsError:           r.code != 0 && !r.waiting,
	}
}
