package store

import (
	"database/sql"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"seedreel/client/catalogue"
	"seedreel/state/job"
)

// fill adds n saved jobs in one transaction.
func fill(tb testing.TB, s *Store, n int) {
	tb.Helper()
	words := []string{
		"fox", "snow", "river", "night", "harbour", "lantern", "slow", "camera", "orbit", "dust", "glass", "rain",
		"window", "train", "field", "storm",
	}
	err := s.writeOnce(tb.Context(), func(tx *sql.Tx) error {
		for i := range n {
			j := aJob(i)
			j.Prompt = ""
			for w := range 12 {
				j.Prompt += words[(i*7+w*w*3+i/16)%len(words)] + " "
			}
			j.Prompt += fmt.Sprintf("take%d", i)
			j.Values[catalogue.RolePrompt] = catalogue.Text(j.Prompt)
			j.State, j.SubmittedAt, j.EndedAt = job.Saved, j.CreatedAt, j.CreatedAt.Add(time.Duration(30+i%60)*time.Second)
			if err := insertJobs(tb.Context(), tx, []newJob{{job: *j, hash: []byte{byte(i), byte(i >> 8), byte(i >> 16)}}}, ""); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
}

const history = 100_000

func BenchmarkStore(b *testing.B) {
	s, _ := open(b)
	fill(b, s, history)
	b.Run("write", func(b *testing.B) {
		n := 10_000_000
		for b.Loop() {
			n++
			insert(b, s, aJob(n))
		}
	})
	for name, search := range map[string]string{
		"first page": "", "rare word": "take77777", "two common words": "fox snow", "one letter": "f", "no hit": "zebra",
		"filter": "model:lite", "filter without hit": "model:nothing", "few states": "state:failed",
	} {
		b.Run("page/"+name, func(b *testing.B) {
			for b.Loop() {
				if _, _, err := s.Page(b.Context(), Query{Search: search}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("count", func(b *testing.B) {
		for b.Loop() {
			if _, _, err := s.Count(b.Context(), Query{Search: "fox"}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("open jobs", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.OpenJobs(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("idle claim", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Claim(b.Context(), noon, ask("a")); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("run times", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Runs(b.Context(), "wavespeed", "vendor/model-lite", 5, false); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// findings are searches, by what is slow about them. The jobs of many hold a
// rare mark each, or none.
var findings = map[string]string{
	"all": "", "rare word": "take77777", "two common words": "fox snow", "one letter": "f", "no hit": "zebra", "seed": "77777",
	"model": "model:lite", "no model": "model:nothing", "no service": "service:nothing", "rare model": "model:seldom",
	"state": "state:saved", "no state": "state:running", "no reason": "reason:moderation", "no failure": "state:moderation",
	"rating": "rating:>=4", "no rating": "rating:5", "low rating": "rating:<2", "pick": "is:pick", "no reject": "is:rejected", "no final": "is:final",
	"label": "label:dawn", "no label": "label:none", "note": "note:eyes", "no note": "note:none",
	"cost": "cost:>0.10", "no cost": "cost:>9", "ratio": "ratio:16:9", "no ratio": "ratio:1:1", "practice": "practice:no", "no practice": "practice:yes",
	"after": "after:2026-03-15", "no after": "after:2027-01-01", "before": "before:2026-03-15", "before, half": "before:25%", "no before": "before:2001-01-01",
	"shot": "shot:abc", "reel": "reel:open", "no reel": "reel:none", "id": "id:none",
	"word and mark": "fox rating:>=4", "word and rare model": "fox model:seldom", "word and no model": "fox model:nothing", "two filters": "model:lite state:saved",
	"word in notes": "eyes",
}

// BenchmarkFind measures the first rows of a search, with SEEDREEL_JOBS as the
// number of jobs.
func BenchmarkFind(b *testing.B) {
	jobs := history
	if n, err := strconv.Atoi(os.Getenv("SEEDREEL_JOBS")); err == nil {
		jobs = n
	}
	s, _ := open(b)
	fill(b, s, 1000)
	spread(b, s, jobs)
	for _, name := range slices.Sorted(maps.Keys(findings)) {
		b.Run(strings.ReplaceAll(name, " ", "-"), func(b *testing.B) {
			for b.Loop() {
				search := strings.ReplaceAll(findings[name], "25%", noon.Add(time.Duration(jobs/4)*time.Minute).Format(time.DateOnly))
				if _, _, err := s.Page(b.Context(), Query{Search: search}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// spread makes jobs out of the ones there are, up to n, and marks some.
func spread(tb testing.TB, s *Store, n int) {
	tb.Helper()
	var cols []string
	for _, c := range columnsOf(&job.Job{}) {
		if !slices.Contains([]string{"seq", "id", "seed", "prompt", "created_ms", "order_key", "pick"}, c.name) {
			cols = append(cols, c.name)
		}
	}
	list := strings.Join(cols, ", ")
	for _, q := range []string{
		`WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < ` + strconv.Itoa(n-1) + `)
 INSERT INTO jobs (input_hash, id, seed, prompt, created_ms, ` + list + `)
 SELECT randomblob(32), lower(hex(randomblob(6))), i, replace(prompt, 'take', 'take' || i || ' '), created_ms + (i - 1000) * 60000, jobs.` + strings.Join(cols, ", jobs.") + ` FROM n JOIN jobs ON jobs.seq = n.i % 1000 + 1`,
		`UPDATE jobs SET rating = seq % 5`,
		`UPDATE jobs SET model = 'vendor/seldom' WHERE seq % (SELECT max(seq) / 8 FROM jobs) = 0`,
		`UPDATE jobs SET labels = ' dawn ', note = 'the Eyes' WHERE seq % 1000 = 7`,
		`UPDATE jobs SET pick = 1, shot = id WHERE seq % 50 = 3`,
		`PRAGMA optimize`,
	} {
		if _, err := s.w.ExecContext(tb.Context(), q); err != nil {
			tb.Fatalf("%s: %v", q, err)
		}
	}
}

// BenchmarkShotsForAll upgrades a long history: every job gets a shot.
func BenchmarkShotsForAll(b *testing.B) {
	steps, err := migrations()
	if err != nil {
		b.Fatal(err)
	}
	const reels = 8
	for b.Loop() {
		b.StopTimer()
		_, db := older(b, reels-1)
		if _, err := db.ExecContext(b.Context(), `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
 INSERT INTO jobs (id, created_ms, provider, model, practice, batch, prompt, values_json, handed_json,
 input_hash, seconds, estimate_basis, state, reason, error_code, error_text, owner, attempt, word, fails, waiting, out_url, out_path, out_etag, out_bytes, out_sha256)
 SELECT lower(hex(randomblob(6))), 1700000000000 + i * 120000, 'p', 'm', 0, '', p, json_object('first_frame', json_array('/a' || i % 7 || '.png'), 'prompt', p, 'seed', i), '{}',
 randomblob(32), 5, 'list', 'saved', '', '', '', '', 1, '', 0, '', 'https://x', '/clips/c.mp4', 'e', 1, 'ab'
 FROM (SELECT i, 'a fox runs through deep snow at night, slow camera, take number ' || (i / 5) AS p FROM n)`, history); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if err := step(b.Context(), db, reels, steps[reels-1]); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		var bare, shots, jobs int
		row := db.QueryRowContext(b.Context(), `SELECT count(*) FILTER (WHERE NOT EXISTS (SELECT 1 FROM shots WHERE id = shot)), count(DISTINCT shot), count(*) FROM jobs`)
		if err := row.Scan(&bare, &shots, &jobs); err != nil || bare > 0 || shots >= jobs {
			b.Fatalf("%d of %d jobs have no shot, %d shots (%v)", bare, jobs, shots, err)
		}
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}
