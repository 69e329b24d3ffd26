// Posts the launch token at once; without JavaScript the button does it.
document.querySelector('form').submit();
