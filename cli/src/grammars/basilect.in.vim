" Vim syntax file
" Language: Basilect, the BASIC of chat bots
" Written by `basilect grammar vim` from the words of the compiler; change those, not this file.

if exists('b:current_syntax')
  finish
endif

syntax case ignore
syntax sync minlines=200

" Words that mean something where nothing is assigned to them.
syntax match basilectKeyword /\v%(^\s*|^\s*\d+\s+|:\s*|<THEN\s+|<ELSE\s+)@<=<%({{keywords}})>%(\s*%([-+*\/]?\=\=@!|\?\.)|[.\[])@!/
syntax match basilectKeyword /\v%([=(,]\s*|<RETURN\s+)@<=<%({{keywords}})>%(\s*["{]|\s+%(%(AND|OR|THEN|IS|TO)>)@![[:alnum:]_\[])@=/
syntax match basilectKeyword /\v<%({{phrases}})>%(\s*\=\=@!|\.)@!/
syntax match basilectFunction /\v<%({{functions}})\$?%(\s*\()@=/
syntax match basilectLead /\v\w["'\w)\]]*\s+\zs<%({{leads}})>%(\s+["'[:alnum:]_(\[{*#-])@=/
syntax match basilectOperator /\v%(\w|["')\]])@<=\s+\zs<%({{operators}})>/
syntax match basilectOperator /\v<NOT>%(\s*\=\=@!)@!/
syntax match basilectClause /\v%(\w|["')\]])@<=\s+\zs<%(THEN|TO|STEP|EACH|DO|ELSE|GOTO|GOSUB)>%(\s*%(\=\=@!|\.))@!/
syntax match basilectStatement /\v%(^\s*|^\s*\d+\s+|:\s*|<THEN\s+|<ELSE\s+|<%(END|EXIT|DO|LOOP|ON|SELECT|CONTINUE|RESUME|CASE)\s+)@<=<%({{statements}})>%(\s*%([-+*\/]?\=\=@!)|[.\[])@!/
syntax match basilectConstant /\v\.@<!<%({{constants}})>/
syntax match basilectMember /\v[.]\w+/ transparent contains=NONE
syntax match basilectLabel /\v^\s*\d+>|^\s*\h\w*\ze:\s*$/

syntax match basilectNumber /\v\w@<!%(0x\x+|\&h\x+|\d+%(\.\d+)?%([eE][-+]?\d+)?|\.\d+)/

syntax region basilectString start=/"/ skip=/\v\\.|""/ end=/"/ contains=basilectEscape,basilectInterpolation,@Spell
syntax match basilectString /\v%([=(,\[{:+*<>&?-]\s*|<%(TALK|AND|OR|RETURN|CASE)\s+)@<='[^']*'/
syntax match basilectEscape /\v\\.|\$\$|""/ contained
syntax region basilectInterpolation matchgroup=basilectDelimiter start=/\${/ end=/}/ oneline contained contains=TOP

syntax match basilectComment /\v%([=(,\[{:+*<>&?-]\s*)@<!'.*$/ contains=@Spell
syntax match basilectComment /\v^\s*'.*$/ contains=@Spell
syntax match basilectComment /\v^\s*#%([{]|workflow)@!.*$/ contains=@Spell
syntax match basilectComment /\v\/\/.*$/ contains=@Spell
syntax match basilectComment /\v%(^\s*|^\s*\d+\s+|:\s*)@<=REM>%(\s*\=\=@!)@!.*$/ contains=@Spell

" Texts of several lines, and the columns of a table.
syntax region basilectBlock matchgroup=basilectStatement start=/\v^\s*BEGIN\s+\z(\h\w*).*$/ end=/\v^\s*END[ _]\z1>.*$/ contains=basilectInterpolation,@Spell keepend
syntax region basilectTable matchgroup=basilectStatement start=/\v^\s*TABLE\s+[^ =.].*$/ end=/\v^\s*END[ _]TABLE\s*$/ contains=basilectColumn,basilectComment,basilectString,basilectNumber keepend
syntax match basilectColumn /\v^\s*\h\w*/ contained nextgroup=basilectAbout skipwhite
syntax match basilectAbout /\v<\h\w*>/ contained nextgroup=basilectAbout skipwhite

highlight default link basilectComment Comment
highlight default link basilectString String
highlight default link basilectBlock String
highlight default link basilectEscape SpecialChar
highlight default link basilectDelimiter Special
highlight default link basilectNumber Number
highlight default link basilectConstant Constant
highlight default link basilectStatement Statement
highlight default link basilectClause Statement
highlight default link basilectOperator Operator
highlight default link basilectKeyword Keyword
highlight default link basilectFunction Function
highlight default link basilectLead Special
highlight default link basilectLabel Label
highlight default link basilectAbout Type

let b:current_syntax = 'basilect'
