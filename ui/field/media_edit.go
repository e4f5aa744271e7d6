package field

import (
	"cmp"
	"slices"

	tea "charm.land/bubbletea/v2"
)

func (f *Media) remove(row mediaRow) tea.Cmd {
	if row.item < 0 {
		return nil
	}
	gone := f.items[row.item]
	name, _ := f.describe(row.item)
	f.undo, f.undoAt = &gone, row.item
	f.items = append(f.items[:row.item], f.items[row.item+1:]...)
	f.at = max(min(f.at, len(f.rows())-1), 0)
	f.said, f.fresh = name+" is out; u brings it back", false
	return f.changed()
}

// bringBack undoes the last removal if there is still room for the item.
func (f *Media) bringBack() tea.Cmd {
	if f.undo == nil {
		return nil
	}
	if f.count(f.undo.Role) >= f.room(f.undo.Role) {
		f.note, f.fresh = f.full(f.undo.Role), false
		return nil
	}
	at := min(f.undoAt, len(f.items))
	f.items = slices.Insert(f.items, at, *f.undo)
	slices.SortStableFunc(f.items, func(a, b MediaItem) int { return cmp.Compare(f.rank(a.Role), f.rank(b.Role)) })
	f.undo, f.note, f.fresh = nil, "", false
	return f.changed()
}

// room returns how many items a role takes, and its rank among the roles.
func (f *Media) room(role string) int {
	for _, r := range f.roles {
		if r.Key == role {
			return r.Max
		}
	}
	return 0
}

func (f *Media) rank(role string) int {
	return slices.IndexFunc(f.roles, func(r MediaRole) bool { return r.Key == role })
}

// swap exchanges an item with its neighbour; each takes the other's role, which
// also swaps the first and the last frame.
func (f *Media) swap(row mediaRow, by int) tea.Cmd {
	to := row.item + by
	if row.item < 0 || to < 0 || to >= len(f.items) {
		return nil
	}
	f.items[row.item].Item, f.items[to].Item = f.items[to].Item, f.items[row.item].Item
	for i, r := range f.rows() {
		if r.item == to {
			f.at = i
		}
	}
	return f.changed()
}
