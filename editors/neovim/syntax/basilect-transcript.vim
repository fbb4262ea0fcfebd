" Transcripts: what is said, by whom, and what must hold.
if exists('b:current_syntax')
  finish
endif
syntax match transcriptComment /^#.*$/ contains=@Spell
syntax match transcriptSetup /\v^(clock|zone|seed|run)>.*$/ contains=transcriptWord
syntax match transcriptStep /\v^(advance|file|tool|model|table|end)>.*$/ contains=transcriptWord
syntax match transcriptWord /\v^\l+>/ contained
syntax match transcriptBot /^<.*$/ contains=transcriptMark
syntax match transcriptBot /^|.*$/ contains=transcriptMark
syntax match transcriptPerson /^>.*$/ contains=transcriptMark
syntax match transcriptOffer /^?.*$/ contains=transcriptMark
syntax match transcriptMark /\v^(\<[~\/]?|\||\>|\?)/ contained
syntax match transcriptSkip /^\.\.\.\s*$/
highlight default link transcriptComment Comment
highlight default link transcriptSetup Constant
highlight default link transcriptStep Normal
highlight default link transcriptWord Statement
highlight default link transcriptBot String
highlight default link transcriptPerson Identifier
highlight default link transcriptOffer Type
highlight default link transcriptMark Special
highlight default link transcriptSkip Special
let b:current_syntax = 'basilect-transcript'
