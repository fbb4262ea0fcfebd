" How scripts are edited: comments, indentation, pairs of words.
if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1

setlocal commentstring='\ %s
setlocal comments=:',:REM
setlocal expandtab shiftwidth=4 softtabstop=4
setlocal iskeyword=@,48-57,_
setlocal formatoptions-=t formatoptions+=croql
setlocal suffixesadd=.bas
setlocal matchpairs=(:),[:],{:}

let b:match_ignorecase = 1
let b:match_words =
      \ '\<IF\>.*\<THEN\>\s*$:\<ELSE\s*IF\>:\<ELSE\>:\<END\s*IF\>,' .
      \ '^\s*\<FOR\>:\<NEXT\>\|\<END\s*FOR\>,' .
      \ '^\s*\<WHILE\>:\<WEND\>\|\<END\s\+WHILE\>,' .
      \ '^\s*\<DO\>:^\s*\<LOOP\>,' .
      \ '\<SELECT\s\+CASE\>:^\s*\<CASE\>:\<END\s\+SELECT\>,' .
      \ '^\s*\<SUB\>:\<END\s\+SUB\>,' .
      \ '^\s*\<FUNCTION\>:\<END\s\+FUNCTION\>,' .
      \ '^\s*\<TRY\>:^\s*\<CATCH\>:^\s*\<FINALLY\>:\<END\s\+TRY\>'

let b:undo_ftplugin = 'setlocal commentstring< comments< expandtab< shiftwidth< softtabstop< iskeyword<'
      \ . ' formatoptions< suffixesadd< matchpairs< | unlet! b:match_ignorecase b:match_words'

if has('nvim')
  lua require('basilect').attach()
endif
