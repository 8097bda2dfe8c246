//! The table of actions: what each does, its name, where it means something, whether the palette
//! offers it, and its slash command. The keys are in `config/default.toml`.

use super::{Context, Entry};

/// Defines the enum and, beside it, what its entries say.
macro_rules! actions {
    ($(#[doc = $about:literal] $action:ident = $name:literal
        [$($context:ident)+] $place:ident $($slash:literal)?,)+) => {
        /// Something that Mira does when told to.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(crate) enum Action { $(#[doc = $about] $action),+ }

        impl Action {
            pub(super) const TABLE: &'static [Entry] = &[$(Entry {
                action: Action::$action,
                name: $name,
                about: $about,
                contexts: &[$(Context::$context),+],
                in_palette: actions!(@ $place),
                slash: actions!(@ slash $($slash)?),
            }),+];
        }
    };
    (@ palette) => { true };
    (@ key) => { false };
    (@ slash) => { None };
    (@ slash $slash:literal) => { Some($slash) };
}

actions! {
    /// Help: every key and command
    Help = "help" [Global] palette "/help",
    /// Commands by name
    Palette = "palette" [Global] key,
    /// Put a file into the prompt
    FilePicker = "file-picker" [Global] palette,
    /// Stop what is running
    Stop = "stop" [Global] palette,
    /// Clear what is typed; twice, leave Mira
    ClearOrQuit = "clear-or-quit" [Global] key,
    /// Leave Mira
    Quit = "quit" [Global] palette "/quit",
    /// Suspend Mira to the shell
    Suspend = "suspend" [Global] palette,
    /// Draw the screen anew
    Redraw = "redraw" [Global] palette,

    /// Start a new conversation
    NewConversation = "new-conversation" [Global] palette "/new",
    /// Go on with an earlier conversation
    Resume = "resume" [Global] palette "/resume",
    /// Choose the models
    SwitchModel = "switch-model" [Global] palette "/model",
    /// Set up keys or a local model
    Setup = "setup" [Global] palette "/setup",
    /// Choose the theme
    SwitchTheme = "switch-theme" [Global] palette "/theme",
    /// What this conversation has cost
    ShowCost = "show-cost" [Global] palette "/cost",
    /// What fills the model's context
    ShowContext = "show-context" [Global] palette "/context",
    /// Write the conversation to a file
    Export = "export" [Global] palette "/export",

    /// To the next pane
    NextPane = "next-pane" [Global] key,
    /// To the previous pane
    PreviousPane = "previous-pane" [Global] key,
    /// To the composer
    FocusComposer = "focus-composer" [Global] palette,
    /// To the chat
    FocusChat = "focus-chat" [Global] palette,
    /// To the operations
    FocusOperations = "focus-operations" [Global] palette,
    /// To the artifacts
    FocusArtifacts = "focus-artifacts" [Global] palette,
    /// To the diff
    FocusDiff = "focus-diff" [Global] palette,
    /// Fold the right column away, or unfold it
    ToggleSide = "toggle-side" [Global] palette,
    /// Give this pane the whole screen, or take it back
    Zoom = "zoom" [Global] palette,

    /// Write the selected artifact to its file
    Write = "write" [Global] palette,
    /// Write all artifacts to their files
    WriteAll = "write-all" [Global] palette,
    /// Take the current hunk, or drop it
    ToggleHunk = "toggle-hunk" [Artifacts Diff] palette,
    /// Reject the selected artifact
    Reject = "reject" [Artifacts Diff] palette,
    /// Reject the current hunk
    RejectHunk = "reject-hunk" [Artifacts Diff] palette,
    /// Edit the proposed file in $EDITOR
    EditArtifact = "edit-artifact" [Artifacts Diff] palette,
    /// Merge with the file as it is now
    RebaseArtifact = "rebase-artifact" [Artifacts Diff] palette,
    /// More of the file around the hunks
    ExpandContext = "expand-context" [Artifacts Diff] palette,
    /// Less of the file around the hunks
    ReduceContext = "reduce-context" [Artifacts Diff] palette,
    /// Undo the last write, after showing what will change
    Undo = "undo" [Global] palette "/undo",
    /// Write again what was undone
    Redo = "redo" [Global] palette "/redo",
    /// Undo everything that this operation has written
    UndoOperation = "undo-operation" [Operations] palette,
    /// Go back to before a prompt: files, chat or both
    Rewind = "rewind" [Chat] palette "/rewind",
    /// Bring back the turns that were set aside last
    Unrewind = "unrewind" [Global] palette "/unrewind",
    /// Look at the hand-off that waits for you
    ReviewHandOff = "review-hand-off" [Global] palette "/review",
    /// Edit the hand-off before it is sent
    EditHandOff = "edit-hand-off" [Dialog] key,
    /// Decline the hand-off
    DeclineHandOff = "decline-hand-off" [Dialog] key,
    /// Choose which hand-offs wait for you
    SwitchReview = "switch-review" [Global] palette "/handoffs",
    /// Ask a question that must not end in a change
    Ask = "ask" [Global] palette "/ask",
    /// Ask the last prompt again
    Retry = "retry" [Global] palette "/retry",
    /// To the next hunk
    NextHunk = "next-hunk" [Artifacts Diff] key,
    /// To the previous hunk
    PreviousHunk = "previous-hunk" [Artifacts Diff] key,
    /// Show old and new side by side, or one above the other
    SideBySide = "side-by-side" [Artifacts Diff] palette,

    /// Select the next one
    SelectNext = "select-next" [Artifacts Diff Picker] key,
    /// Select the previous one
    SelectPrevious = "select-previous" [Artifacts Diff Picker] key,
    /// Take it
    Accept = "accept" [Picker Dialog] key,
    /// Close it, changing nothing
    Cancel = "cancel" [Picker Dialog] key,

    /// A line up
    ScrollUp = "scroll-up" [Composer Chat Diff Dialog] key,
    /// A line down
    ScrollDown = "scroll-down" [Composer Chat Diff Dialog] key,
    /// A page up
    PageUp = "page-up" [Composer Chat Artifacts Diff Picker Dialog] key,
    /// A page down
    PageDown = "page-down" [Composer Chat Artifacts Diff Picker Dialog] key,
    /// Half a page up
    HalfPageUp = "half-page-up" [Chat Artifacts Diff] key,
    /// Half a page down
    HalfPageDown = "half-page-down" [Chat Artifacts Diff] key,
    /// To the top
    Top = "top" [Chat Artifacts Diff Picker] key,
    /// To the bottom
    Bottom = "bottom" [Artifacts Diff Picker] key,
    /// To the newest line, and stay there as more arrives
    Follow = "follow" [Chat] palette,
    /// To the next message
    NextMessage = "next-message" [Chat] key,
    /// To the previous message
    PreviousMessage = "previous-message" [Chat] key,
    /// Search the text
    Search = "search" [Chat] palette "/find",
    /// To the next place found
    NextMatch = "next-match" [Chat] key,
    /// To the previous place found
    PreviousMatch = "previous-match" [Chat] key,
    /// Fold or unfold reasoning and tool output
    Fold = "fold" [Chat] key,
    /// Fold or unfold all reasoning and tool output
    FoldAll = "fold-all" [Chat] palette,
    /// Copy the message, artifact or hunk
    Copy = "copy" [Chat Artifacts Diff] palette "/copy",
    /// Copy the code block
    CopyCodeBlock = "copy-code-block" [Chat] palette,
    /// Copy what is marked
    CopySelection = "copy-selection" [Global] palette,
    /// Open the link
    OpenLink = "open-link" [Chat] palette,

    /// Send the prompt
    Submit = "submit" [Composer] key,
    /// Begin a new line
    Newline = "newline" [Composer] key,
    /// A line up; on the first, the previous prompt
    HistoryPrevious = "history-previous" [Composer] key,
    /// A line down; on the last, the next prompt
    HistoryNext = "history-next" [Composer] key,
    /// Search old prompts
    HistorySearch = "history-search" [Composer] palette,
    /// Write the prompt in $EDITOR
    EditInEditor = "edit-in-editor" [Composer] palette,
    /// A character left
    CharacterLeft = "character-left" [Composer] key,
    /// A character right
    CharacterRight = "character-right" [Composer] key,
    /// A word left
    WordLeft = "word-left" [Composer] key,
    /// A word right
    WordRight = "word-right" [Composer] key,
    /// To the line's start
    LineStart = "line-start" [Composer] key,
    /// To the line's end
    LineEnd = "line-end" [Composer] key,
    /// To the start of the text
    TextStart = "text-start" [Composer] key,
    /// To the end of the text
    TextEnd = "text-end" [Composer] key,
    /// Delete the character before
    DeleteBack = "delete-back" [Composer Picker] key,
    /// Delete the character here
    DeleteForward = "delete-forward" [Composer] key,
    /// Delete the word before
    DeleteWordBack = "delete-word-back" [Composer Picker] key,
    /// Delete the word here
    DeleteWordForward = "delete-word-forward" [Composer] key,
    /// Delete to the line's start
    DeleteToLineStart = "delete-to-line-start" [Composer Picker] key,
    /// Delete to the line's end
    DeleteToLineEnd = "delete-to-line-end" [Composer] key,
    /// Bring back what was deleted
    PasteDeleted = "paste-deleted" [Composer] key,
    /// Undo typing
    UndoTyping = "undo-typing" [Composer] key,
    /// Redo typing
    RedoTyping = "redo-typing" [Composer] key,
}
