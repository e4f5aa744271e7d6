package keymap

import "seedreel/ui/keys"

const groupReel = "Reel"

// Reel are the actions on the selected shot or take.
type Reel struct {
	Unfold, Fold, Watch, Reuse, Pick, Better, Worse, Reject, Note, Rename keys.Binding
	Up, Down, Undo, Redo, Hide                                            keys.Binding
	Drafts, Finals, Quality, Split, Merge, New, Switch, Film, Export      keys.Binding
}

func newReel() Reel {
	b := keys.New
	return Reel{
		Unfold:  b("unfold", groupReel, []string{"enter", "right"}, "enter", "shot: show or hide its takes; take: open").Brief("open"),
		Fold:    b("fold", groupReel, []string{"left"}, "left", "hide the takes").Brief("fold"),
		Watch:   b("watch", groupReel, []string{"v"}, "v", "watch the take, or the shot's pick").Brief("watch"),
		Reuse:   b("reuse", groupReel, []string{"r"}, "r", "again in the form").Brief("reuse"),
		Pick:    b("pick", groupReel, []string{"p"}, "p", "pick the take for its shot, or no longer").Brief("pick"),
		Better:  b("better", groupReel, []string{"+", "="}, "+", "rate a star more").Brief("star more"),
		Worse:   b("worse", groupReel, []string{"-"}, "-", "rate a star less").Brief("star less"),
		Reject:  b("reject", groupReel, []string{"X"}, "X", "reject the take, or no longer").Brief("reject"),
		Note:    b("note", groupReel, []string{"n"}, "n", "write a note").Brief("note"),
		Rename:  b("rename", groupReel, []string{"R"}, "R", "name the shot").Brief("name"),
		Up:      b("move-up", groupReel, []string{"K", "shift+up"}, "K", "move the shot up").Brief("move up"),
		Down:    b("move-down", groupReel, []string{"J", "shift+down"}, "J", "move the shot down").Brief("move down"),
		Drafts:  b("drafts", groupReel, []string{"D"}, "D", "make the shot's drafts").Brief("drafts"),
		Finals:  b("finals", groupReel, []string{"F"}, "F", "make the finals of all picks").Brief("finals"),
		Quality: b("quality", groupReel, []string{"Q"}, "Q", "how drafts and finals of the shot are made").Brief("quality"),
		Split:   b("split", groupReel, []string{"S"}, "S", "make the take a shot of its own").Brief("split off"),
		Merge:   b("merge", groupReel, []string{"M"}, "M", "merge the shot with the one above").Brief("merge"),
		New:     b("reel-new", groupReel, []string{"N"}, "N", "begin another reel").Brief("new reel"),
		Switch:  b("reel-open", groupReel, []string{"O"}, "O", "open another reel").Brief("other reel"),
		Film:    b("film", groupReel, []string{"W"}, "W", "join the picks into one film").Brief("join"),
		Export:  b("export", groupReel, []string{"E"}, "E", "put the reel into a folder for others").Brief("export"),
		Undo:    b("undo", groupReel, []string{"u"}, "u", "take back the last change of the reel").Brief("undo"),
		Redo:    b("redo", groupReel, []string{"U"}, "U", "make again the change taken back").Brief("redo"),
		Hide:    b("hide", groupReel, []string{"h"}, "h", "hide or show rejected takes").Brief("hide rejected"),
	}
}

// Whole returns every binding of the reel in the order of the help.
func (r *Reel) Whole() keys.Map {
	return keys.Map{
		r.Unfold, r.Fold, r.Watch, r.Reuse, r.Pick, r.Better, r.Worse, r.Reject, r.Note, r.Rename, r.Up, r.Down, r.Undo, r.Redo, r.Hide,
		r.Drafts, r.Finals, r.Quality, r.Split, r.Merge, r.New, r.Switch, r.Film, r.Export,
	}
}
