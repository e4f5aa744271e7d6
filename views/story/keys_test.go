package story_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"seedreel/state/job"
	"seedreel/ui/field"
	"seedreel/ui/keys"
	"seedreel/ui/uitest"
	"seedreel/views/keymap"
	"seedreel/views/story"
)

// deed is the expected effect of a key. See must not be on the screen before
// the key is pressed, and must be after it.
type deed struct {
	// from are the keys that lead to where the action can be used, and words to
	// type after a quote.
	from []string
	see  string
	// is replaces see if the effect is not a word.
	is func(s *story.Session) bool
	// shown names the test that covers it if this package cannot: films need
	// ffmpeg, which is kept out here, and an editor needs a real terminal.
	shown string
}

// deeds has a row for every binding of the map, by group and name.
func deeds() map[string]deed {
	costs, jobs, last, failed := []string{"alt+5"}, []string{"alt+2", "g"}, []string{"alt+2", "G"}, []string{"alt+2", "g", "down", "down", "down"}
	past := []string{"alt+4", "G"}
	shot := []string{"alt+3", "g"}
	take := append(slices.Clone(shot), "enter", "down")
	picked := append(slices.Clone(take), "p")
	lite := []string{"alt+1", "alt+p", "'text lite 480p", "enter"}
	player := append(slices.Clone(last), "v")
	return map[string]deed{
		"Everywhere/compose":       {from: costs, see: "Duration"},
		"Everywhere/jobs":          {from: costs, see: "maybe made"},
		"Everywhere/reel":          {from: costs, see: "0 picked"},
		"Everywhere/history":       {from: costs, see: "newest first"},
		"Everywhere/costs":         {from: jobs, see: "by day"},
		"Everywhere/compose-plain": {from: costs, see: "Duration"},
		"Everywhere/jobs-plain":    {from: costs, see: "maybe made"},
		"Everywhere/reel-plain":    {from: costs, see: "0 picked"},
		"Everywhere/history-plain": {from: costs, see: "newest first"},
		"Everywhere/costs-plain":   {from: jobs, see: "by day"},
		"Everywhere/settings":      {from: costs, see: "╭─ Settings"},
		"Everywhere/help":          {from: costs, see: "╭─ Keys"},
		"Everywhere/help-in-field": {from: []string{"alt+1"}, see: "╭─ Keys"},
		"Everywhere/palette":       {from: costs, see: "╭─ Actions"},
		"Everywhere/log":           {from: costs, see: "╭─ Messages"},
		"Everywhere/models":        {from: costs, see: "╭─ Models as they are now"},
		"Everywhere/back":          {from: costs, see: "Duration"},
		"Everywhere/stills":        {from: costs, see: "Stills in lists:"},
		"Everywhere/redraw":        {from: costs, is: func(s *story.Session) bool { return cleared(s.Tape()) > 0 }},
		"Everywhere/leave":         {from: costs, see: "Leave with jobs under way?"},
		"Everywhere/quit":          {from: costs, see: "Leave with jobs under way?"},
		"Everywhere/up":            {from: append(slices.Clone(jobs), "down"), see: "▸? uncertain"},
		"Everywhere/down":          {from: jobs, see: "▸● running"},
		"Everywhere/page-up":       {from: last, see: "▸? uncertain"},
		"Everywhere/page-down":     {from: jobs, see: "▸✓ saved"},
		"Everywhere/first":         {from: last, see: "▸? uncertain"},
		"Everywhere/last":          {from: jobs, see: "▸✓ saved"},

		"Compose/submit":         {from: []string{"alt+1", "ctrl+x", "'" + boat}, see: "In line:"},
		"Compose/model":          {from: []string{"alt+1"}, see: "Choose a model"},
		"Compose/successor":      {from: lite, see: "Moved to"},
		"Compose/other":          {from: []string{"alt+1", "alt+p", "'text 2.0 wavespeed", "enter"}, see: "Moved to"},
		"Compose/browse":         {from: []string{"alt+1", "alt+p", "'image lite 480p", "enter"}, see: "choose a file"},
		"Compose/editor":         {shown: "views/app.TestTheEditorGivesTheTerminalBack"},
		"Compose/words":          {from: []string{"alt+1"}, see: "╭─ Words for the prompt"},
		"Compose/keep-words":     {from: []string{"alt+1"}, see: "╭─ Keep these words under a name"},
		"Compose/older-prompt":   {from: []string{"alt+1", "ctrl+x"}, is: func(s *story.Session) bool { return !strings.Contains(s.Screen(), "  0 / 2000") }},
		"Compose/newer-prompt":   {from: []string{"alt+1", "ctrl+x", "alt+up"}, see: "  0 / 2000"},
		"Compose/fix":            {from: []string{"alt+1", "' --dur 8"}, is: func(s *story.Session) bool { return !strings.Contains(s.Screen(), "--dur 8") }},
		"Compose/enhance":        {from: []string{"alt+1"}, see: "╭─ Rewrite the prompt"},
		"Compose/fix-camera":     {from: lite, is: restyled("Camera")},
		"Compose/seed":           {from: lite, is: restyled("Seed")},
		"Compose/undo":           {from: []string{"alt+1", "'x"}, see: "154 / 2000"},
		"Compose/redo":           {from: []string{"alt+1", "'x", "ctrl+_"}, see: "155 / 2000"},
		"Compose/clear":          {from: []string{"alt+1", "'x"}, see: "  0 / 2000"},
		"Compose/form-before":    {shown: "views/story.TestGoingOnTakesTheSiblingAndOneKeyBack"},
		"Compose/vary":           {from: []string{"alt+1", "tab", "tab"}, see: "╭─ Alternatives of Duration"},
		"Compose/media-type":     {shown: "ui/field.TestMediaTypedPath"},
		"Compose/media-out":      {shown: "ui/field.TestMediaMoveAndRemove"},
		"Compose/media-back":     {shown: "ui/field.TestMediaRemovalIsTakenBack"},
		"Compose/media-move":     {shown: "ui/field.TestMediaRolesChangePlaces"},
		"Compose/next-field":     {from: []string{"alt+1"}, is: restyled("Ratio")},
		"Compose/previous-field": {from: []string{"alt+1", "tab"}, is: restyled("Ratio")},
		"Compose/rest":           {from: []string{"alt+1"}, see: "into the form"},

		"Jobs/open":         {from: last, see: "service id"},
		"Jobs/watch":        {from: last, see: "864 x 480"},
		"Jobs/reuse":        {from: last, see: "Back in the form"},
		"Jobs/copy":         {from: last, see: "clipboard"},
		"Jobs/where":        {from: last, see: "╭─ Where the clip is"},
		"Jobs/cancel":       {from: append(slices.Clone(jobs), "down", "down"), see: "Taken out of the line."},
		"Jobs/edit-waiting": {from: append(slices.Clone(jobs), "down", "down"), see: "Held back while you change it"},
		"Jobs/hold":         {from: append(slices.Clone(jobs), "down", "down"), see: "Held back; it keeps its place"},
		"Jobs/hold-line":    {from: jobs, see: "line paused"},
		"Jobs/earlier":      {from: append(slices.Clone(jobs), "down", "down"), see: "Number 1 in line."},
		"Jobs/later":        {from: append(slices.Clone(jobs), "down", "down"), see: "Number 1 in line."},
		"Jobs/group":        {from: jobs, see: "Grouped by shot"},
		"Jobs/fold-shot":    {from: jobs, see: "The list is not grouped"},
		"Jobs/retry":        {from: failed, see: "Try it again as it was?"},
		"Jobs/mute":         {shown: "views/jobs.TestAJobWhoseSoundWasRefusedComesBackSilent"},
		"Jobs/look": {from: jobs, is: func(s *story.Session) bool {
			return strings.Contains(s.Screen(), "Looking for it.") || strings.Contains(s.Screen(), "Not found so far") || strings.Contains(s.Screen(), "never reached the service")
		}},
		"Jobs/resend": {from: jobs, see: "Send it again?"},
		"Jobs/resume": {shown: "views/jobs.TestClipsThatWaitForRoomAreSavedOnRequest"},
		"Jobs/drop":   {from: jobs, see: "Drop it?"},

		"Reel/unfold":    {from: shot, see: "first try"},
		"Reel/fold":      {from: take, is: func(s *story.Session) bool { return !strings.Contains(s.Screen(), "first try") }},
		"Reel/watch":     {from: take, see: "864 x 480"},
		"Reel/reuse":     {from: take, see: "Back in the form"},
		"Reel/pick":      {from: take, see: "Take 1 of shot 1 picked."},
		"Reel/better":    {from: take, see: "Take 1 of shot 1 rated 1."},
		"Reel/worse":     {from: append(slices.Clone(take), "+"), see: "Take 1 of shot 1 has no rating."},
		"Reel/reject":    {from: take, see: "Take 1 of shot 1 rejected."},
		"Reel/note":      {from: take, see: "╭─ Note of take 1"},
		"Reel/rename":    {from: take, see: "╭─ Name of shot 1"},
		"Reel/move-up":   {from: append(slices.Clone(shot), "down"), see: "Shot 2 moved to 1."},
		"Reel/move-down": {from: shot, see: "Shot 1 moved to 2."},
		"Reel/undo":      {from: picked, see: "Taken back: Take 1 of shot 1 picked."},
		"Reel/redo":      {from: append(slices.Clone(picked), "u", "h"), see: "✓ Take 1 of shot 1 picked."},
		"Reel/hide":      {from: take, see: "rejected hidden"},

		"History/save-search":    {from: append(slices.Clone(past), "/", "'fox", "enter"), see: "╭─ Save this search"},
		"History/saved-searches": {from: past, see: "No search is saved"},
		"History/search":         {from: past, see: "to the list"},
		"History/open":           {from: past, see: "service id"},
		"History/reuse":          {from: past, see: "Back in the form"},
		"History/copy":           {from: past, see: "clipboard"},
		"History/where":          {from: past, see: "╭─ Where the clip is"},
		"History/delete":         {from: past, see: "Delete this entry?"},
		"History/bring":          {from: past, see: "WaveSpeedAI has "},

		"Jobs/sheet":  {from: last, see: "▸ 1"},
		"Jobs/pick":   {from: last, see: "picked."},
		"Jobs/better": {from: last, see: "rated 1."},
		"Jobs/worse":  {from: append(slices.Clone(last), "+"), see: "has no rating."},
		"Jobs/reject": {from: last, see: "rejected."},
		"Jobs/note":   {from: last, see: "╭─ Note"},
		"Jobs/label":  {from: last, see: "╭─ Labels"},

		"Reel/drafts":    {from: shot, see: "chooses how drafts are made"},
		"Reel/finals":    {from: shot, see: "Nothing to make"},
		"Reel/quality":   {from: shot, see: "as the shot is"},
		"Reel/split":     {shown: "views/reel.TestShotsAreSplitMergedAndTakenBack"},
		"Reel/merge":     {from: shot, see: "There is no shot above to merge with."},
		"Reel/reel-new":  {from: shot, see: "╭─ Name of the new reel"},
		"Reel/reel-open": {from: shot, see: "╭─ Open a reel"},
		"Reel/film":      {from: shot, see: "No take is picked yet"},
		"Reel/export":    {from: shot, see: "╭─ Export the reel into"},

		"Again, but different/again":            {from: last, see: "╭─ Again, but different"},
		"Again, but different/again-same":       {from: last, see: "Back in the form"},
		"Again, but different/again-seed":       {from: last, see: "In line:"},
		"Again, but different/again-words":      {from: last, see: "The same seed: change the words."},
		"Again, but different/again-model":      {from: last, see: "Lite 720p"},
		"Again, but different/again-longer":     {from: last, see: "‹  6 s ›"},
		"Again, but different/again-ratio":      {from: last, see: "Now with aspect ratio"},
		"Again, but different/again-elsewhere":  {from: last, see: "no other service has such a model"},
		"Again, but different/again-go-on":      {shown: "views/story.TestGoingOnTakesTheSiblingAndOneKeyBack"},
		"Again, but different/again-loop":       {from: last, see: "ffmpeg, which is not installed"},
		"Again, but different/again-last-frame": {from: last, see: "ffmpeg, which is not installed"},
		"Again, but different/again-reference":  {from: last, see: "ffmpeg, which is not installed"},
		"Again, but different/again-final":      {from: last, see: "pick this take first"},

		"Costs/by": {from: costs, see: "lite t2v 480p"},

		"Player/play":          {shown: "views/player.TestStripThenFilm"},
		"Player/seek-back":     {shown: "views/player.TestStripThenFilm"},
		"Player/seek-forward":  {shown: "views/player.TestStripThenFilm"},
		"Player/compare":       {from: player, see: "Compare with"},
		"Player/side":          {shown: "views/player.TestAClipOfTwoIsChosen"},
		"Player/copy":          {from: player, see: "clipboard"},
		"Player/where":         {from: player, see: "╭─ Where the clip is"},
		"Player/reuse":         {from: player, see: "Back in the form"},
		"Player/copy-link":     {from: player, see: "clipboard"},
		"Player/copy-fetch":    {from: player, see: "clipboard"},
		"Player/frame-on":      {shown: "views/player.TestFramesAreExact"},
		"Player/frame-back":    {shown: "views/player.TestFramesAreExact"},
		"Player/repeat":        {shown: "views/player.TestFramesAreExact"},
		"Player/next-take":     {shown: "views/player.TestTakesAreTurned"},
		"Player/previous-take": {shown: "views/player.TestTakesAreTurned"},
		"Player/keep":          {shown: "views/marks.TestTheKeysMarkATake"},
		"Player/pick":          {from: player, see: "picked."},
		"Player/better":        {from: player, see: "rated 1."},
		"Player/worse":         {from: append(slices.Clone(player), "+"), see: "has no rating."},
		"Player/reject":        {from: player, see: "rejected."},
		"Player/note":          {from: player, see: "╭─ Note"},
		"Player/label":         {from: player, see: "╭─ Labels"},
		"Player/player-close":  {from: player, see: "▸✓ saved"},
	}
}

// restyled returns a check that a line looks different than before, with the
// same words.
func restyled(label string) func(s *story.Session) bool {
	var before string
	return func(s *story.Session) bool {
		now := ""
		for _, l := range strings.Split(s.Styled(), "\n") {
			if strings.Contains(l, label) {
				now = l
			}
		}
		if before == "" {
			before = now
		}
		return now != before
	}
}

// furnish prepares a world in which every action can be used somewhere.
func furnish(t *testing.T, w *story.World) {
	t.Helper()
	// One job at a time is let out, so another one waits.
	w.Settings("[simulator]\nspeed = 1000\n[services.wavespeed]\nin_flight = 1\n")
	shelf(t, w)
	inLine(t, w, shelved(w, 5, job.Queued))
}

// Every key does what the help says: a binding without a row here, or whose
// keys have no visible effect, fails.
func TestEveryKeyDoesWhatItSays(t *testing.T) {
	t.Parallel()
	if underRace {
		t.Skip("some eighty programs one after the other; the same runs without the detector")
	}
	rows := deeds()
	whole := keymap.New().Whole()
	known := map[string]map[string]bool{}
	elsewhere := func(name string) bool {
		pkg, test, _ := strings.Cut(name, ".")
		return name == "" || testsOf(t, known, pkg)[test]
	}
	for _, b := range whole {
		if row, ok := rows[b.Group+"/"+b.Name]; !ok || !elsewhere(row.shown) {
			t.Errorf("%s/%s (%v): nothing says what must be seen", b.Group, b.Name, b.Keys())
		}
	}
	for name := range rows {
		if !slices.ContainsFunc(whole, func(b keys.Binding) bool { return b.Group+"/"+b.Name == name }) {
			t.Errorf("there is no %s any more", name)
		}
	}
	for _, group := range whole.Groups() {
		t.Run(group, func(t *testing.T) {
			t.Parallel()
			for _, b := range whole {
				if b.Group != group || rows[b.Group+"/"+b.Name].shown != "" {
					continue
				}
				for _, key := range b.Keys() {
					story.Bubble(t, func(t *testing.T, w *story.World) { perform(t, w, b, key, deeds()[b.Group+"/"+b.Name]) })
				}
			}
		})
	}
}

func perform(t *testing.T, w *story.World, b keys.Binding, key string, d deed) {
	t.Helper()
	furnish(t, w)
	s := w.Start(80, 24, uitest.Options{})
	s.Settle()
	for _, k := range d.from {
		if words, ok := strings.CutPrefix(k, "'"); ok {
			s.Type(words)
		} else {
			s.Press(k)
		}
		time.Sleep(time.Second) // the bubble's
	}
	if field.TakesInPrompt(key) && (b.Group == "Everywhere" || b.Group == "Compose") {
		s.Press("esc") // the prompt has it, and the form around it
	}
	s.Settle()
	s.Mark()
	done := func() bool {
		if d.is != nil {
			return d.is(s)
		}
		return strings.Contains(s.Screen(), d.see)
	}
	if done() {
		t.Errorf("%s/%s: %q is there before %s was pressed:\n%s", b.Group, b.Name, d.see, key, s.Screen())
		return
	}
	s.Press(strings.Fields(key)...)
	for range 100 {
		time.Sleep(100 * time.Millisecond)
		if done() {
			return
		}
	}
	t.Errorf("%s/%s: %s does not bring %q:\n%s", b.Group, b.Name, key, d.see, s.Screen())
}

// A key that cannot be used now gives the reason, when it is pressed and in the
// help.
func TestRefusedKeysSayWhy(t *testing.T) {
	t.Parallel()
	story.Bubble(t, func(t *testing.T, w *story.World) {
		furnish(t, w)
		s := w.Start(80, 24)
		s.Settle()
		refused := func(see string, pressed ...string) {
			t.Helper()
			s.Press(pressed...)
			s.Until(see)
			s.Settle()
		}
		refused("takes no images", "alt+1", "alt+p", "t", "e", "x", "t", " ", "l", "i", "t", "e", " ", "4", "8", "0", "p", "enter", "ctrl+o")
		s.Press("alt+2", "g") // an uncertain one
		s.Settle()
		refused("There is no clip to watch yet.", "v")
		refused("There is no clip yet.", "o")
		refused("only a waiting job can be taken out", "x")
		refused("only for a failed job", "t")
		s.Press("G") // a saved one
		for key, why := range map[string]string{
			"l": "only for an uncertain job", "s": "only for an uncertain job", "d": "only for an uncertain job", "t": "only for a failed job",
		} {
			refused(why, key)
		}
		s.Press("?")
		all := s.Until("╭─ Keys")
		for range 8 {
			s.Press("pgdown")
			time.Sleep(time.Second)
			all += s.Screen()
		}
		for _, why := range []string{"ask again: only for an uncertain", "as it was: only for a failed job"} {
			if !strings.Contains(all, why) {
				t.Errorf("the help does not say %q:\n%s", why, all)
			}
		}
		s.Press("esc")
		s.Settle()
		s.Press("v")
		s.Until("864 x 480")
		refused("Playing needs ffmpeg", "space")
	})
}
