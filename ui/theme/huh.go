package theme

import "charm.land/huh/v2"

// Huh returns the same styles for fields of the huh library. The palette is
// already chosen, so it ignores the flag that huh passes (false until huh
// learns the background). It builds one value, because huh asks on every
// render.
func (s *Styles) Huh() huh.Theme {
	t := huh.ThemeBase(s.Palette.Dark)
	// One line feed sets fields below each other without an empty line: fields
	// of ui/field bring their own space.
	t.FieldSeparator = t.FieldSeparator.SetString("\n")

	f := &t.Focused
	f.Base, f.Card = f.Base.BorderForeground(s.Palette.Border), f.Base
	f.Title, f.NoteTitle = s.Field.LabelFocused, s.Field.LabelFocused
	f.Description = s.Text.Quiet
	f.ErrorIndicator = s.Field.Error.SetString(" ✗")
	f.ErrorMessage = s.Field.Error.SetString("✗")
	f.SelectSelector = s.Row.Mark.SetString("▸ ")
	f.MultiSelectSelector = s.Row.Mark.SetString("▸ ")
	f.Option, f.UnselectedOption = s.Field.Value, s.Field.Value
	f.SelectedOption = s.Field.Chosen
	f.FocusedButton, f.Next = s.Dialog.OptionSelected.Padding(0, 2), s.Dialog.OptionSelected
	f.BlurredButton = s.Dialog.Option.Padding(0, 2)
	f.TextInput.Placeholder = s.Field.Placeholder
	f.TextInput.Prompt = s.Field.ArrowFocused
	f.TextInput.Text = s.Field.ValueFocused

	t.Blurred = t.Focused
	t.Blurred.Title, t.Blurred.NoteTitle = s.Field.Label, s.Field.Label
	t.Blurred.TextInput.Text = s.Field.Value
	t.Blurred.TextInput.Prompt = s.Field.Arrow
	t.Help.ShortKey, t.Help.FullKey = s.Footer.Key, s.Footer.Key
	t.Help.ShortDesc, t.Help.FullDesc = s.Footer.Help, s.Footer.Help
	return huh.ThemeFunc(func(bool) *huh.Styles { return t })
}
