package cli

import (
	"fmt"

	mango "github.com/muesli/mango-cobra"
	"github.com/muesli/roff"
	"github.com/spf13/cobra"
)

// jsonShapes is "help json". Tests compare it with the structs.
const jsonShapes = `With --json every result is one JSON object on a line of its own. Fields are added over time, never renamed,
removed or given another meaning. Fields without a value are left out. Money is a number of dollars, times are UTC in
RFC 3339, lengths are seconds. Words for people, and what went wrong, are on standard error.

A job: submit, jobs, wait, show, history
  id, state (queued uploading submitting submitted running completed saved failed uncertain), reason (moderation
  invalid funds unauthorized provider timed_out canceled expired gone unusable not_submitted file), service, model, practice,
  prompt, values (by field), seed, seconds, batch, labels, shot, parent, origin (seed words settings continued final
  elsewhere), key, rating, pick, rejected, note, estimate_usd, estimate_basis, charge_usd, bill_not_counted, remote_id,
  service_status, waiting (slots rate offline disk key account), account, error, error_code, fails, trouble_since, next_try_at, path,
  more_paths (what came beside the clip, such as its last frame), url, expires_at, bytes, sha256,
  created_at, submitted_at, ended_at, saved_at, for history on_disk (are its files where they were saved), and for an uncertain job
  lookup: at, looks, doubt (clock lag unread tokens age), absent, trouble, not, candidates: remote_id, made_at, price_usd

A price: estimate, submit --dry-run
  service, model, practice, count, seconds, width, height, values,
  price: known, each_usd, total_usd, low_usd, high_usd, per_second_usd, source (list service), basis, why
  elsewhere (not with --dry-run): service, model, price, differs
  with --dry-run also valid, errors: field, message, and questions: kind, text, job
  kind (not_practice retired unknown_price dearer not_covered above_threshold over_limit same_again)

A combination, number 0 is all: submit --vary --dry-run
  number, service, model, values (by field), clips, total_usd

A batch: submit --from --dry-run
  rows, clips (still to be made), made (already), total_usd

A clip: download
  id, path, bytes, sha256, fetched

A deleted job: delete
  id, clip (its files too), record (that at the service too)

A picture of a clip: frame
  id, path, at (seconds into the clip), width, height, clip (its SHA-256)

A film: join
  path, jobs, made (false with --dry-run), encoded, why, seconds, width, height, fps, sound,
  silences (clips without sound among others), dropped (doubled pictures), bytes

An export: export
  dir, jobs, files (their names, the manifest last), bytes, replaced (files of an earlier export)

A reel: reel list, reel show
  id, name, open, shots, takes, picked, seconds, spent_usd, and for show
  list: id, number, name, prompt, note, seconds, continues, pick, jobs, spent_usd

A price of a shot, shot 0 is all: reel price, reel check
  shot, clips (still to be made), made (already), total_usd

A problem of a reel: reel check
  shot, text, hint (it can be made all the same)

A sum: costs
  day or service and model, practice, clips, seconds, spent_usd, estimated_usd, unpriced

A model: models list, models show
  service, id, name, family, tier, task, resolutions, audio, status (active retiring retired), replacement,
  upstream_end, price (as above), and for show
  fields: flag, name, type, required, default, options, min, max, max_length, min_items, max_items, media

What a refresh changed: models refresh
  service, model, kind (new gone status price field range options default refused), field, text

A balance: balance, key test
  service, practice, balance_usd, error

A prompt: enhance
  service, model, practice, prompt, enhanced, price (as above)

What was brought in: bring
  service, practice, seen, added, unread, error

A setting: settings list, get, set
  name, value, default, help, choices
Files: settings path
  settings, credentials, models, store, clips, log

A key: key, key set, key remove
  service, set, source (environment file), variable, error

Where the simulator is: simulate
  url, speed, level, control

What doctor found
  ok, checks: name, status (ok warning failed), text, advice`

func jsonTopic() *cobra.Command {
	return &cobra.Command{Use: "json", Short: "What --json writes", Long: jsonShapes}
}

// man writes the manual page, from the same definitions as the help pages.
func man(c *commands) *cobra.Command {
	return &cobra.Command{
		Use:     "man",
		Short:   "Write the manual page",
		Example: "seedreel man > ~/.local/share/man/man1/seedreel.1",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			page, err := mango.NewManPage(1, cmd.Root())
			if err != nil {
				return fmt.Errorf("making the manual page: %w", err)
			}
			_, err = fmt.Fprint(c.o.Out, page.Build(roff.NewDocument()))
			return err
		},
	}
}
