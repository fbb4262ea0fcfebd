' Functions that use the one before them twice.
' stops: B0708; limit: fuel_per_turn

10 DEF FNA(X) = X + 1
20 DEF FNB(X) = FNA(X) + FNA(X) + FNA(X) + FNA(X)
30 DEF FNC(X) = FNB(X) + FNB(X) + FNB(X) + FNB(X)
40 DEF FND(X) = FNC(X) + FNC(X) + FNC(X) + FNC(X)
50 DEF FNE(X) = FND(X) + FND(X) + FND(X) + FND(X)
60 DEF FNF(X) = FNE(X) + FNE(X) + FNE(X) + FNE(X)
70 PRINT FNF(1)
