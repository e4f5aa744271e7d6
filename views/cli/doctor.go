package cli

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"seedreel/client/all"
	"seedreel/client/secret"
	"seedreel/state/engine"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// The results of a check. A warning is something that could be better, and does
// not change the exit code.
const (
	checkOK      = "ok"
	checkWarning = "warning"
	checkFailed  = "failed"
)

// check is the result of one check as JSON. Advice is what to do about it.
type check struct {
	Name   string `json:"name"`
	Status string `json:"status"`
	Text   string `json:"text"`
	Advice string `json:"advice,omitempty"`
}

// diagnosis is the result of all checks as JSON. OK is set if nothing failed.
type diagnosis struct {
	OK     bool     `json:"ok"`
	Checks []check  `json:"checks"`
	Next   []string `json:"next"`
}

// doctor checks everything that the program depends on.
func (c *commands) doctor() *cobra.Command {
	var asJSON, repair bool
	cmd := &cobra.Command{
		Use:     "doctor",
		Short:   "Look for what is wrong or could be better",
		Example: "seedreel doctor\nseedreel doctor --jq '.next[]'",
		Long: "doctor looks at the settings, the keys, the services, the folders and the database, the room on the disk, the\n" +
			"terminal, tmux and ffmpeg. Nothing is bought. It ends with 1 when a check failed, warnings are none.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if repair {
				if err := c.repair(cmd.Context(), asJSON); err != nil {
					return err
				}
			}
			d := &doctor{c: c, run: runProgram}
			d.look(cmd.Context())
			if cmd.Context().Err() != nil {
				return cmd.Context().Err()
			}
			if err := d.write(asJSON); err != nil {
				return err
			}
			return d.verdict()
		},
	}
	cmd.Flags().BoolVar(&repair, "repair", false, "first bring back what a damaged history lost, from receipts and the files beside clips")
	jsonFlag(cmd, &asJSON, "the checks, as one object,")
	return cmd
}

// doctor is one run of the checks.
type doctor struct {
	c      *commands
	checks []check
	// keyless is set if no service has a key.
	keyless bool
	// run runs a program and returns its output.
	run func(ctx context.Context, name string, args ...string) (string, error)
}

// runProgram runs a program for two seconds at most.
func runProgram(ctx context.Context, name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	b, err := secret.Command(ctx, name, args...).Output()
	return string(b), err
}

func (d *doctor) add(name, status, text, advice string) {
	d.checks = append(d.checks, check{Name: name, Status: status, Text: text, Advice: advice})
}

func (d *doctor) ok() bool {
	for _, x := range d.checks {
		if x.Status == checkFailed {
			return false
		}
	}
	return true
}

// verdict returns an error that names the checks that failed, or nil.
func (d *doctor) verdict() error {
	var names []string
	for _, x := range d.checks {
		if x.Status == checkFailed {
			names = append(names, x.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return exit(ExitTrouble, "Failed: %s.", strings.Join(names, ", "))
}

func (d *doctor) write(asJSON bool) error {
	if asJSON {
		return d.c.object(diagnosis{OK: d.ok(), Checks: d.checks, Next: d.next()})
	}
	rows := make([][]safe.String, 0, 2*len(d.checks))
	for _, x := range d.checks {
		rows = append(rows, []safe.String{safe.Line(x.Status), safe.Line(x.Name), safe.Line(x.Text)})
		if x.Advice != "" {
			rows = append(rows, []safe.String{"", "", "-> " + safe.Line(x.Advice)})
		}
	}
	if err := d.c.printRows(rows); err != nil {
		return err
	}
	for i, step := range d.next() {
		if i == 0 {
			step = "\nWhat to do next:\n1. " + step
		} else {
			step = strconv.Itoa(i+1) + ". " + step
		}
		if err := d.c.print("%s", step); err != nil {
			return err
		}
	}
	return nil
}

// next returns what to do, in order: what failed comes first, then a key if
// there is none, then the work itself, then what could be better.
func (d *doctor) next() []string {
	failed, warned := d.advice(checkFailed), d.advice(checkWarning)
	if len(failed) > 0 {
		return append(failed, "seedreel doctor looks again")
	}
	var out []string
	if d.keyless {
		out = append(out, "seedreel tries everything in practice, for free; seedreel key set takes a key when it is to be real")
	} else {
		out = append(out, "seedreel opens the studio; seedreel estimate prices a clip without making one")
	}
	return append(out, warned...)
}

// advice returns the advice of the checks with a status, each with the name of
// its check.
func (d *doctor) advice(status string) []string {
	var out []string
	for _, x := range d.checks {
		if x.Status != status {
			continue
		}
		text := x.Advice
		if text == "" {
			text = x.Text
		}
		out = append(out, x.Name+": "+text)
	}
	return out
}

// look runs all checks. If the engine does not open, the checks that need it
// are skipped: the reason has to be fixed first.
func (d *doctor) look(ctx context.Context) {
	d.settings()
	err := d.c.opened(ctx, func(e *engine.Engine) error {
		d.folders(e)
		d.models(e)
		d.database(ctx, e)
		d.keys(ctx, e)
		return nil
	})
	if err != nil {
		d.add("start", checkFailed, said(err), "mend this first; the screens and most commands do not start without it")
	}
	d.terminal()
	d.tmux(ctx)
	d.ffmpeg()
}

// keys checks each service's key, and tries it if the service can be asked
// without buying anything.
func (d *doctor) keys(ctx context.Context, e *engine.Engine) {
	practice := e.Services.Practice()
	if practice {
		d.add("mode", checkOK, "practice: jobs go to the simulator in the program, nothing is billed", "")
	}
	d.keyless = true
	for _, id := range all.IDs() {
		source, err := e.Services.KeyState(id)
		name := "key " + id
		d.keyless = d.keyless && source == "" && err == nil
		switch {
		case err != nil:
			d.add(name, checkFailed, string(words.Error(err)), "")
		case source == "" && practice:
			d.add(name, checkOK, "none; practice needs none", "")
		case source == "":
			d.add(name, checkWarning, "none", "seedreel key set "+id)
		default:
			d.tryKey(ctx, e, id, string(source))
		}
		// Without a key nothing is sent.
		if source != "" && err == nil {
			d.service(ctx, e, id)
		}
	}
}

// tryKey requests the balance; only a refusal is the key's fault.
func (d *doctor) tryKey(ctx context.Context, e *engine.Engine, id, source string) {
	name := "key " + id
	left, err := e.Account.Balance(ctx, id, false)
	switch {
	case err == nil:
		d.add(name, checkOK, "from the "+source+"; it works, "+left.String()+" left", "")
	case code(ctx, err) == ExitNoKey:
		d.add(name, checkFailed, string(words.Error(err)), "seedreel key set "+id)
	case errors.Is(err, context.Canceled):
	default:
		d.add(name, checkWarning, "from the "+source+"; it could not be tried: "+said(notOffered(id, "way to try it", err)), "")
	}
}

// service checks whether a service answers.
func (d *doctor) service(ctx context.Context, e *engine.Engine, id string) {
	at := e.Settings.Service(id).BaseURL
	host, _ := safe.URL(at)
	err := e.Services.Reach(ctx, id)
	if err == nil {
		d.add("service "+id, checkOK, string(host)+" answers", "")
		return
	}
	d.add("service "+id, checkFailed, string(host)+": "+string(words.Error(err)), "look at the network, a proxy (HTTPS_PROXY), and services."+id+".base_url")
}

func (d *doctor) ffmpeg() {
	if p := engine.FindFFmpeg(); p != "" {
		d.add("ffmpeg", checkOK, p, "")
		return
	}
	d.add("ffmpeg", checkWarning, "not found", "install it to play clips in the terminal; practice clips are always the built-in ones without it")
}
