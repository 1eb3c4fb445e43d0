// Package look is how the window looks: one theme, colours named by meaning, sizes, icons and the way numbers are
// written.
//
// Invariants:
//   - Colour is never alone. A state is a Lamp: colour, shape and word together.
//   - Widgets draw with PaletteOf(theirTheme), so that dark and light are one decision taken in one place.
//   - Figures are tabular in every font of the theme, so a changing number keeps its width.
//   - A number that is not known is written Unknown, never 0.
//
// The package knows nothing of streaming and imports nothing of ours but assets.
package look
